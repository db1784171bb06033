using NUnit.Framework;
using Redox.Media.Api.Hosting;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>Which words are commands, and what is read of them.</summary>
[TestFixture]
public sealed class CommandLineTests
{
    private static readonly CommandHandlers Handlers = new(
        (role, _) => throw new ReadException($"migrate {role}"),
        (since, after, _) => throw new ReadException($"verify {since:u} {after}"),
        (from, to, _) => throw new ReadException($"audit {from:u} {to:u}"),
        (_, _) => throw new ReadException("clients"));

    [TestCase(false)]
    [TestCase(false, "--urls", "http://127.0.0.1:0")]
    [TestCase(false, "--Redox:VerificationTokens:0=x")]
    [TestCase(false, "/urls", "http://127.0.0.1:0")]
    [TestCase(false, "urls=http://127.0.0.1:0")]
    [TestCase(true, "verify")]
    [TestCase(true, "verfiy")]
    [TestCase(true, "--help")]
    public void Settings_are_no_command(bool expected, params string[] words) =>
        Assert.That(CommandLine.Has(words), Is.EqualTo(expected));

    [TestCase("migrate ", "migrate")]
    [TestCase("migrate redox_media", "migrate", "--grant-to", "redox_media")]
    [TestCase("migrate @role", "migrate", "--grant-to", "@role")]
    [TestCase("verify 2026-11-26 08:00:00Z ", "verify", "--since", "2026-11-26T08:00:00")]
    [TestCase("audit  2026-11-26 07:00:00Z", "audit", "verify", "--to=2026-11-26T08:00:00+01:00")]
    [TestCase("clients", "clients", "show", "-8")]
    public void Options_are_read_as_they_were_written(string expected, params string[] words) =>
        Assert.That(() => RunAsync(words), Throws.TypeOf<ReadException>().With.Message.EqualTo(expected));

    [Test]
    public void A_position_may_begin_with_a_hyphen()
    {
        var key = new DocumentKey(long.MinValue, Guid.NewGuid());
        Assert.That(
            () => RunAsync("verify", "--after", FormattableString.Invariant($"{key.Shard}:{key.Key}")),
            Throws.TypeOf<ReadException>().With.Message.EqualTo($"verify  {key}"));
    }

    [TestCase("verfiy")]
    [TestCase("migrate", "--grant-to")]
    [TestCase("migrate", "--grant-to", "")]
    [TestCase("migrate", "--grant")]
    [TestCase("migrate", "--urls", "http://127.0.0.1:0")]
    [TestCase("audit")]
    [TestCase("audit", "verify", "--from", "yesterday")]
    [TestCase("audit", "verify", "--since", "2026-11-26")]
    public async Task What_is_not_understood_is_2_and_nothing_is_done(params string[] words)
    {
        var (code, output, errors) = await RunAsync(words);

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(errors.Trim().Split('\n'), Has.Length.GreaterThan(1));
        Assert.That(errors, Does.Contain("--help\" for what it takes."));
    }

    [TestCase("--help")]
    [TestCase("migrate", "--help")]
    [TestCase("verify", "--help")]
    [TestCase("audit", "verify", "--help")]
    [TestCase("clients", "--help")]
    [TestCase("clients", "add", "--help")]
    [TestCase("clients", "add-engine", "--help")]
    [TestCase("clients", "rotate", "-h")]
    [TestCase("clients", "revoke", "-?")]
    public async Task Each_command_has_help(params string[] words)
    {
        var (code, output, errors) = await RunAsync(words);

        Assert.That((code, errors), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("Usage:").And.Contain(string.Join(' ', words[..^1])));
    }

    [Test]
    public async Task A_misspelt_command_does_not_start_the_service()
    {
        await using var program = ProgramProcess.StartCommand(new Dictionary<string, string>(), "verfiy");

        Assert.That(await program.EndAsync(), Is.EqualTo(2));
        Assert.That(program.Output, Is.Empty);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] words)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var errors = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(words, Handlers, output, errors);
        return (code, output.ToString(), errors.ToString());
    }

    private sealed class ReadException(string message) : Exception(message);
}
