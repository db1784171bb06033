using System.ComponentModel;
using System.Diagnostics;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>Runs one program to its end. Nothing of what it prints is lost, nothing of our environment is handed to it.</summary>
internal static class Command
{
    /// <summary>Ends with the program's exit code and output; kills it when cancelled.</summary>
    public static async Task<CommandResult> RunAsync(
        string program, IEnumerable<string> arguments, string input, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            // The folder we were started in may be closed to the user the program runs as.
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The service's environment holds tokens; a server that lives on has no business with them, and PGDATA, PGOPTIONS and
        // their like would change what we start. C: the messages we read are then in English.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            return new CommandResult(CommandResult.NotStarted, string.Empty, $"{program}: {exception.Message}");
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await WriteAsync(process.StandardInput, input, cancellation);
            await process.WaitForExitAsync(cancellation);
            return new CommandResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task WriteAsync(StreamWriter writer, string input, CancellationToken cancellation)
    {
        try
        {
            await writer.WriteAsync(input.AsMemory(), cancellation);
            writer.Close();
        }
        catch (IOException)
        {
            // The program ended without reading; its exit code and its own words say why.
        }
    }
}

/// <summary>How a program ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The shell's own code for a program that is not there.</summary>
    public const int NotStarted = 127;

    public bool Succeeded => ExitCode == 0;

    /// <summary>What it complained about, as one line.</summary>
    public string Complaint => TellingLines(Errors.Length > 0 ? Errors : Output);

    /// <summary>
    /// As one line: the last error, in PostgreSQL's own words for one, and what led to it, three lines in all. What it tells of its
    /// tidying up afterwards is left out.
    /// </summary>
    public static string TellingLines(string text)
    {
        const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        string[] signs = ["PANIC", "FATAL", "ERROR", "error:", "could not"];
        var lines = text.Split('\n', Tidy);
        var last = Array.FindLastIndex(lines, line => signs.Any(sign => line.Contains(sign, StringComparison.Ordinal)));
        return string.Join(" / ", lines.Take(last < 0 ? lines.Length : last + 1).TakeLast(3));
    }
}
