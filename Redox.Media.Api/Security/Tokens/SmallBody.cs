using System.Buffers;
using Redox.Media.Api.Fhir;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>The body of a request for a token, of an unknown caller: small, and read within the connection's own buffer.</summary>
internal static class SmallBody
{
    public const int MaxBytes = 16 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Null for a body that is too large, too slow or incomplete; the response then closes the connection.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        using var timeout = new CancellationTokenSource(Timeout, context.RequestServices.GetRequiredService<TimeProvider>());
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        try
        {
            var read = await request.BodyReader.ReadAtLeastAsync(MaxBytes + 1, ended.Token);
            var body = read.Buffer.Length > MaxBytes ? null : read.Buffer.ToArray();
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (body is null)
            {
                FhirResponses.LeaveBodyUnread(context);
            }

            return body;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            FhirResponses.LeaveBodyUnread(context);
            return null;
        }
    }
}
