using System.Globalization;
using System.Runtime.InteropServices;
using NUnit.Framework;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Support;

/// <summary>Another host, as far as the network is concerned: a network namespace with a link to this one, which can go down.</summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET of setns(2)
    private const string Ip = "/usr/sbin/ip";

    private static int _made;

    private readonly string _name;

    private NetworkNamespace(string name, int subnet) =>
        (_name, Address, Network) = (name, Text($"10.211.{subnet}.1"), Text($"10.211.{subnet}.0/30"));

    /// <summary>This host's address on the link.</summary>
    public string Address { get; }

    public string Network { get; }

    /// <summary>Ends the test where the machine has no such thing.</summary>
    public static async Task<NetworkNamespace> CreateAsync()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists(Ip))
        {
            Assert.Ignore("A network namespace needs root and the program ip: apt-get install iproute2.");
        }

        var number = ((Environment.ProcessId * 8) + Interlocked.Increment(ref _made)) % 250;
        var made = new NetworkNamespace(Text($"redox{number}"), number);
        try
        {
            await made.SetUpAsync();
        }
        catch (InvalidOperationException failure)
        {
            await made.DisposeAsync();
            if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            {
                throw;
            }

            Assert.Ignore("A network namespace cannot be made here: " + failure.Message);
        }

        return made;
    }

    /// <summary>Runs on a thread in the namespace. Sockets that it makes stay there.</summary>
    public T Run<T>(Func<T> action)
    {
        T result = default!;
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var network = File.OpenHandle("/var/run/netns/" + _name);
                if (SetNamespace((int)network.DangerousGetHandle(), NewNetwork) != 0)
                {
                    throw new InvalidOperationException(Text($"setns: error {Marshal.GetLastPInvokeError()}"));
                }

                result = action();
            }
            catch (Exception exception)
            {
                thrown = exception;
            }
        });
        thread.Start();
        thread.Join();
        return thrown is null ? result : throw new InvalidOperationException("In the namespace: " + thrown.Message, thrown);
    }

    /// <summary>Packets pass slowly to this host.</summary>
    public Task SlowDownAsync() => IpAsync(
        "netns", "exec", _name, "tc", "qdisc", "add", "dev", _name + "b", "root", "tbf", "rate", "2mbit", "burst", "32k",
        "latency", "400ms");

    /// <summary>The host vanishes: no packet passes any more, and no end of a connection is told.</summary>
    public Task TakeDownAsync() => IpAsync("-n", _name, "link", "set", _name + "b", "down");

    // The link by itself: the namespace lasts as long as a socket in it.
    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync(Ip, ["link", "del", _name + "a"], "", default);
        await Command.RunAsync(Ip, ["netns", "del", _name], "", default);
    }

    private async Task SetUpAsync()
    {
        await IpAsync("netns", "add", _name);
        await IpAsync("link", "add", _name + "a", "type", "veth", "peer", "name", _name + "b", "netns", _name);
        await IpAsync("addr", "add", Address + "/30", "dev", _name + "a");
        await IpAsync("link", "set", _name + "a", "up");
        await IpAsync("-n", _name, "addr", "add", Address[..^1] + "2/30", "dev", _name + "b");
        await IpAsync("-n", _name, "link", "set", _name + "b", "up");
    }

    private static async Task IpAsync(params string[] arguments)
    {
        var result = await Command.RunAsync(Ip, arguments, "", default);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(result.Complaint);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int descriptor, int type);
}
