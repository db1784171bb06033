using System.Text;
using Redox.Media.Tests.Convergence;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>What shows that an answer is the one that was meant, cheap enough to be looked for in every one.</summary>
/// <param name="status">Of HTTP.</param>
/// <param name="text">
/// Stands within <see cref="HttpConnection.LookedThrough"/> of the body, and may have places for IDs; empty where the length says enough.
/// </param>
/// <param name="leastBytes">Of the body.</param>
internal sealed class ExpectedAnswer(int status, string text, long leastBytes)
{
    public NumberedBytes Text { get; } = new(Encoding.ASCII.GetBytes(text));

    /// <summary>The last answer of a connection, for the reader.</summary>
    public static string Receipt(int answered, HttpConnection connection) =>
        $"{answered} with {connection.BodyBytes} bytes, {(connection.HadText ? "with" : "without")} the text";

    public bool IsMet(int answered, HttpConnection connection) => answered == status && connection.HadText && connection.BodyBytes >= leastBytes;
}
