using System.ComponentModel;
using System.Diagnostics;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>Runs one program to its end and captures all of its output. The program does not inherit the environment.</summary>
internal static class Command
{
    /// <summary>Ends with the program's exit code and output; kills it when cancelled.</summary>
    public static async Task<CommandResult> RunAsync(
        string program, IEnumerable<string> arguments, string input, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            // The user that the program runs as may have no access to the current folder.
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The service's environment contains tokens, which a server must not keep, and PGDATA, PGOPTIONS and the like would change
        // what is started. LC_ALL=C: the messages that are parsed are then in English.
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
            // The program ended without reading its input; its exit code and its output say why.
        }
    }
}

/// <summary>The exit code and the output of a program.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>The shell's exit code for a program that does not exist.</summary>
    public const int NotStarted = 127;

    public bool Succeeded => ExitCode == 0;

    /// <summary>Its error output, as one line.</summary>
    public string Complaint => TellingLines(Errors.Length > 0 ? Errors : Output);

    /// <summary>
    /// As one line: the last error, recognised by PostgreSQL's words for one, and the lines before it, three in all. The messages
    /// about its cleanup, which follow, are left out.
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
