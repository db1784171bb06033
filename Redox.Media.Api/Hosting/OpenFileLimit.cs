using System.Globalization;

namespace Redox.Media.Api.Hosting;

/// <summary>The number of file descriptors that this process may have: RLIMIT_NOFILE, which .NET raises to the hard limit.</summary>
internal static class OpenFileLimit
{
    private const string Limits = "/proc/self/limits", Name = "Max open files";

    /// <summary>Null when there is no limit, or when it is not known.</summary>
    public static long? Read()
    {
        try
        {
            var line = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
            var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
