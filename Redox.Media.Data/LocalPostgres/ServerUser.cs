namespace Redox.Media.Data.LocalPostgres;

/// <summary>
/// The user that the server runs as: the current user, or <c>postgres</c> for root, because PostgreSQL refuses root. Every file in the
/// data folder is written by processes of this user, so that root never follows a link there.
/// </summary>
internal sealed class ServerUser
{
    private const string StepDownName = "postgres";
    private readonly string[] _stepDown;

    private ServerUser(string name, params string[] stepDown)
    {
        Name = name;
        _stepDown = stepDown;
    }

    public string Name { get; }

    /// <summary>Whether the server's user differs from the current one.</summary>
    public bool StepsDown => _stepDown.Length > 0;

    public static async Task<ServerUser> FindAsync(CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServerUser(Environment.UserName);
        }

        if (!(await Command.RunAsync("id", ["-u", StepDownName], string.Empty, cancellation)).Succeeded)
        {
            throw new LocalPostgresException(
                $"PostgreSQL does not run as root and there is no user {StepDownName} to run it as: useradd --system {StepDownName}");
        }

        // setpriv first: it opens no PAM session. runuser is the older of the two.
        if (File.Exists("/usr/bin/setpriv"))
        {
            return new ServerUser(
                StepDownName,
                "/usr/bin/setpriv", $"--reuid={StepDownName}", $"--regid={await GroupAsync(cancellation)}", "--init-groups", "--");
        }

        string[] places = ["/usr/sbin/runuser", "/sbin/runuser", "/usr/bin/runuser"];
        return places.FirstOrDefault(File.Exists) is { } runuser
            ? new ServerUser(StepDownName, runuser, "-u", StepDownName, "--")
            : throw new LocalPostgresException(
                $"Neither setpriv nor runuser is installed, one of which is needed to run PostgreSQL as {StepDownName}: "
                + "apt-get install util-linux");
    }

    /// <summary>Runs a program as the server's user.</summary>
    public Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellation, string input = "")
    {
        string[] words = [.. _stepDown, program, .. arguments];
        return Command.RunAsync(words[0], words.Skip(1), input, cancellation);
    }

    /// <summary>Runs a shell script as the server's user; <c>$1</c> and so on are the arguments.</summary>
    public Task<CommandResult> RunScriptAsync(
        string script, IReadOnlyList<string> arguments, CancellationToken cancellation, string input = "") =>
        RunAsync("/bin/sh", ["-ceu", script, "sh", .. arguments], cancellation, input);

    private static async Task<string> GroupAsync(CancellationToken cancellation) =>
        (await Command.RunAsync("id", ["-g", StepDownName], string.Empty, cancellation)).Output.Trim();
}
