using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Redox.Media.Api.Clients;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Hosting;

/// <summary>What the commands of the program do.</summary>
/// <param name="Migrate">Takes the role to grant rights to, if any.</param>
/// <param name="Verify">Takes the time since which versions have arrived, and the document to continue after.</param>
/// <param name="VerifyAudit">Takes the times from and to which seals were made.</param>
/// <param name="Clients">Takes what is to be done with the registry.</param>
internal sealed record CommandHandlers(
    Func<string?, CancellationToken, Task<int>> Migrate,
    Func<DateTimeOffset?, DocumentKey?, CancellationToken, Task<int>> Verify,
    Func<DateTimeOffset?, DateTimeOffset?, CancellationToken, Task<int>> VerifyAudit,
    Func<Func<ClientsCommand, CancellationToken, Task<string?>>, CancellationToken, Task<int>> Clients);

/// <summary>
/// The commands of the program and their options. Words that are not understood end with <see cref="Misused"/>, before anything is opened.
/// Without a command the program serves, and its arguments are settings: System.CommandLine is not loaded then.
/// </summary>
internal static class CommandLine
{
    public const string Verify = "verify", Audit = "audit";

    public const int Misused = 2;

    private const string Times = "a time such as 2026-11-26T08:00:00Z";

    /// <summary>Whether arguments name a command, and not settings: <c>--key value</c>, <c>/key value</c> or <c>key=value</c>.</summary>
    public static bool Has(string[] arguments) => arguments is [{ Length: > 0 } first, ..]
        && (first is "--help" or "-h" or "-?" or "--version"
            || (first[0] is not ('-' or '/') && !first.Contains('=', StringComparison.Ordinal)));

    public static async Task<int> RunAsync(string[] arguments, CommandHandlers handlers, TextWriter output, TextWriter errors)
    {
        // An ID may begin with @, which would otherwise name a file with further arguments.
        var read = Define(handlers).Parse(
            arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (read.Errors.Count > 0)
        {
            foreach (var error in read.Errors)
            {
                await errors.WriteLineAsync(error.Message);
            }

            await errors.WriteLineAsync($"Run \"{PathOf(read.CommandResult)} --help\" for what it takes.");
            return Misused;
        }

        // Exceptions are explained by the program, and a command that is interrupted ends at once.
        return await read.InvokeAsync(new InvocationConfiguration
        {
            Output = output, Error = errors, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        });
    }

    private static RootCommand Define(CommandHandlers handlers) => new("Redox.Media. Without a command it serves.")
    {
        DefineMigrate(handlers), DefineVerify(handlers), DefineAudit(handlers), ClientsCommandLine.Define(handlers),
    };

    private static Command DefineMigrate(CommandHandlers handlers)
    {
        var role = new Option<string>("--grant-to")
        {
            HelpName = "ROLE",
            Description = "Role of the service's connection string; without it, those that have the rights get them anew",
        };
        role.Validators.Add(result => RefuseEmpty(result));
        var migrate = new Command("migrate", "Migrates the database as its owner (ConnectionStrings:MediaOwner), and grants rights")
        {
            role,
        };
        migrate.SetAction((read, cancellation) => handlers.Migrate(read.GetValue(role), cancellation));
        return migrate;
    }

    private static Command DefineVerify(CommandHandlers handlers)
    {
        var since = Time("--since", "Versions that have arrived since " + Times);
        var after = new Option<DocumentKey?>("--after")
        {
            HelpName = "POSITION", Description = "Continues after a position that was printed", CustomParser = ReadPosition,
        };
        var verify = new Command(Verify, "Compares all stored files with what was received") { since, after };
        verify.SetAction((read, cancellation) => handlers.Verify(read.GetValue(since), read.GetValue(after), cancellation));
        return verify;
    }

    private static Command DefineAudit(CommandHandlers handlers)
    {
        var from = Time("--from", "Seals that were made from then on: " + Times);
        var to = Time("--to", "Seals that were made until then");
        var verify = new Command("verify", "Compares the audit with its seals") { from, to };
        verify.SetAction((read, cancellation) => handlers.VerifyAudit(read.GetValue(from), read.GetValue(to), cancellation));
        return new Command(Audit, "The audit") { verify };
    }

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        HelpName = "TIME", Description = description, CustomParser = ReadTime,
    };

    private static DateTimeOffset? ReadTime(ArgumentResult result)
    {
        if (DateTimeOffset.TryParse(
            result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        result.AddError("An option for a time takes " + Times + ".");
        return null;
    }

    private static DocumentKey? ReadPosition(ArgumentResult result)
    {
        if (result.Tokens[0].Value.Split(':') is [var shard, var key]
            && long.TryParse(shard, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var shardKey)
            && Guid.TryParseExact(key, "D", out var documentKey))
        {
            return new DocumentKey(shardKey, documentKey);
        }

        result.AddError("The option --after takes a position as it was printed.");
        return null;
    }

    private static void RefuseEmpty(OptionResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"The option {result.Option.Name} is empty.");
        }
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : command.Command.Name;
}
