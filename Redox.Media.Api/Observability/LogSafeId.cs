using System.Security.Cryptography;
using System.Text;
using Redox.Media.Api.Hosting;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Observability;

/// <summary>
/// Makes an ID that a caller chose safe for logs. Redox's IDs are UUIDs, formerly numbers. Anything else could be a name or a number of a
/// patient in the wrong field or contain a line break, and is replaced by a hash with a key: without the key it cannot be tried out which
/// of all names or numbers has the hash.
/// </summary>
internal sealed class LogSafeId
{
    /// <summary>The key of the hashes as UTF-8; without it each process has a random one.</summary>
    public const string KeySetting = "Logging:IdKey";

    private const int MinKeyLength = 16, HashDigits = 16, RandomKeyBytes = 32;

    private readonly byte[] _key;

    private LogSafeId(byte[] key) => _key = key;

    /// <exception cref="StartupFailure">The configured key is too short.</exception>
    public static LogSafeId From(IConfiguration configuration) => configuration[KeySetting]?.Trim() switch
    {
        null or "" => new LogSafeId(RandomNumberGenerator.GetBytes(RandomKeyBytes)),
        { Length: < MinKeyLength } => throw new StartupFailure($"{KeySetting} has fewer than {MinKeyLength} characters."),
        var key => new LogSafeId(Encoding.UTF8.GetBytes(key)),
    };

    public string Of(string? id) => string.IsNullOrEmpty(id) ? "-" : PlainId.Is(id) ? id : "#" + Hash(id);

    private string Hash(string id) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(id)))[..HashDigits];
}
