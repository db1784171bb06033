using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>
/// Loaded by DOTNET_STARTUP_HOOKS into each server under measurement: on SIGUSR1 it writes the number of bytes allocated so far into a file
/// beside the server's log. The runtime asks for a type of this name outside any namespace.
/// </summary>
internal static class StartupHook
{
    public const string Suffix = ".allocated";
    private const PosixSignal User1 = (PosixSignal)10; // its number on Linux
    private static PosixSignalRegistration? _registration;

    public static void Initialize()
    {
        var path = Environment.GetEnvironmentVariable("BENCH_LOG") + Suffix;
        _registration = PosixSignalRegistration.Create(User1, context =>
        {
            context.Cancel = true; // the default action ends the process
            File.WriteAllText(path + ".new", GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture));
            File.Move(path + ".new", path);
        });
    }
}
