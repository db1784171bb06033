using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Hosting;

namespace Redox.Media.Tests.Support;

/// <summary>The program in a process of its own, with an environment of the test's choice, whether or not it starts.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    public const string EngineToken = "program-engine-token-01";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly string Program = Path.ChangeExtension(typeof(MediaService).Assembly.Location, ".dll");

    private readonly Process _process;

    private ProgramProcess(Process process) => _process = process;

    /// <summary>Lines of standard output.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    /// <summary>Lines of standard error.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    public int Id => _process.Id;

    /// <summary>The address that it listens on; null until it says so.</summary>
    public Uri? Address => Output.Select(line => line.Split(' '))
        .Where(words => words is ["Redox.Media", "is", "listening", "on", ..])
        .Select(words => new Uri(words[4].TrimEnd(',')))
        .FirstOrDefault();

    /// <param name="settings">Environment variables; keys may be written with colons.</param>
    /// <param name="prefix">A command that starts the program, such as one that limits it.</param>
    public static ProgramProcess Start(IReadOnlyDictionary<string, string> settings, params string[] prefix) =>
        Run(settings, [.. prefix, "dotnet", Program]);

    /// <summary>The program with arguments.</summary>
    public static ProgramProcess StartCommand(IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        Run(settings, ["dotnet", Program, .. arguments]);

    private static ProgramProcess Run(IReadOnlyDictionary<string, string> settings, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var all = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["Redox:VerificationTokens:0"] = EngineToken,
            ["KeyEncryption:Keys:0"] = RunningService.KeyEncryptionKey,
        };
        foreach (var (key, value) in all.Concat(settings))
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var program = new ProgramProcess(new Process { StartInfo = start });
        program._process.OutputDataReceived += (_, line) => Keep(program.Output, line.Data);
        program._process.ErrorDataReceived += (_, line) => Keep(program.Errors, line.Data);
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Waits until it listens, and returns a client for its address.</summary>
    public async Task<HttpClient> ListenAsync()
    {
        await Eventually.IsTrueAsync("the program listens", () => Task.FromResult(Address is not null || _process.HasExited), Limit);
        if (Address is null)
        {
            var code = await EndAsync(); // and everything that it wrote is here
            throw new InvalidOperationException($"The program ended with {code}: {string.Join('\n', Errors.Concat(Output))}");
        }

        return new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address };
    }

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public static HttpRequestMessage Deliver(JObject message) => new(HttpMethod.Post, "/")
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(message.ToString()))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        },
        Headers = { { "verification-token", EngineToken } },
    };

    /// <summary>SIGTERM, and after the limit SIGKILL.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using (var kill = Process.Start("kill", $"-TERM {_process.Id}"))
            {
                await kill.WaitForExitAsync();
            }

            try
            {
                await EndAsync();
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
