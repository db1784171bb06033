using Microsoft.Extensions.Options;
using Redox.Media.Core.RemoteFiles;

namespace Redox.Media.Api.Configuration;

/// <summary>Validates the hosts of remote files. A failure names the key and the rule, never the value.</summary>
internal sealed class RemoteFileValidation : IValidateOptions<RemoteFileSettings>
{
    public ValidateOptionsResult Validate(string? name, RemoteFileSettings options)
    {
        string[] problems = [.. Enumerable.Range(0, options.Hosts.Count).SelectMany(place => Problems(place, options.Hosts))];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(int place, IList<RemoteFileHost> hosts)
    {
        var (key, entry) = ($"{RemoteFileSettings.Section}:Hosts:{place}", hosts[place]);
        if (!Uri.TryCreate($"https://{entry.Host}/", UriKind.Absolute, out var uri) || RemoteFileReference.HostOf(uri) != entry.Host)
        {
            yield return $"{key}:Host must be a name in lower case without scheme and path, with a port unless it is 443";
        }
        else if (hosts.Count(other => other.Host == entry.Host) > 1)
        {
            yield return $"{key}:Host is the same as another entry's";
        }

        if (entry.Token is { } token && (token.Length == 0 || token.Any(c => c is <= ' ' or > '~')))
        {
            yield return $"{key}:Token must consist of visible ASCII characters, or be left out";
        }

        for (var i = 0; i < entry.Sources.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(entry.Sources[i]))
            {
                yield return $"{key}:Sources:{i} is empty: it is the ID of a source, or * for all";
            }
        }
    }
}
