using System.Diagnostics;
using System.Globalization;
using System.Net;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>The program of Development, with the PostgreSQL that it runs.</summary>
[TestFixture, Category("Slow"), Category("Database")]
[Platform("Linux")]
public sealed class PrivateDatabaseTests
{
    [Test]
    public async Task A_private_PostgreSQL_that_is_killed_is_started_again_with_all_that_was_acknowledged()
    {
        var folder = TestDatabase.NewFolder();
        await using var program = ProgramProcess.Start(new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["LocalPostgres:DataDirectory"] = folder,
        });
        using var http = await program.ListenAsync();
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        Assert.That((await http.SendAsync(ProgramProcess.Deliver(message))).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        for (var times = 0; times < 2; times++)
        {
            var killed = Postmaster(folder);
            using (var server = Process.GetProcessById(killed))
            {
                server.Kill();
            }

            await Eventually.IsTrueAsync(
                "another PostgreSQL runs and the service is ready",
                async () => Postmaster(folder) is var id && id != 0 && id != killed
                    && (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode == HttpStatusCode.OK,
                TimeSpan.FromSeconds(60));
        }

        var again = await http.SendAsync(ProgramProcess.Deliver(message));
        Assert.That(await again.Content.ReadAsStringAsync(), Does.Contain("\"Outcome\":\"duplicate\""));
        Assert.That(program.Errors, Is.Empty);
    }

    private static int Postmaster(string folder)
    {
        try
        {
            return int.Parse(File.ReadLines(Path.Combine(folder, "cluster", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or FormatException)
        {
            return 0; // between two servers
        }
    }
}
