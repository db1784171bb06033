using System.Diagnostics;
using System.Net.Http.Headers;
using Newtonsoft.Json.Linq;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>The instance that works on a job is killed.</summary>
[TestFixture, Category("Database"), Category("Slow")]
public sealed class SetAsideKillTests
{
    private const int Count = 60;

    [Test]
    public async Task Another_instance_continues_and_releases_nothing_twice()
    {
        var database = await TestDatabase.CreateAsync();
        await using var program = ProgramProcess.Start(new Dictionary<string, string>
        {
            ["ConnectionStrings:Media"] = await ServingDatabase.OfAsync(database),
            ["Query:Rules:0:Requester"] = "*", ["Query:Rules:0:VisibleSources:0"] = "*", ["AllowedHosts"] = "*",
            ["Staff:0:Name"] = "operator", ["Staff:0:Token"] = SetAsideService.Operator,
            ["Staff:0:Roles:0"] = "operate", ["Staff:0:Roles:1"] = "trace",
            ["SetAside:JobLease"] = "00:00:02", ["SetAside:JobDeliveriesPerSecond"] = "20",
        });
        using var http = await program.ListenAsync();
        var deliveries = new JArray();
        for (var i = 0; i < Count; i++)
        {
            var document = Message.NewDocumentId();
            await http.SendAsync(ProgramProcess.Deliver(Message.New("source", document)));
            var answer = await http.SendAsync(ProgramProcess.Deliver(Message.New("source", document, content: "b", patient: "PT-2")));
            deliveries.Add((string)JObject.Parse(await answer.Content.ReadAsStringAsync())["DeliveryID"]!);
        }

        using var asked = await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, SetAsideService.Api + "jobs")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", SetAsideService.Operator) },
            Content = new StringContent(new JObject
            {
                ["act"] = "release", ["deliveries"] = deliveries, ["count"] = Count, ["reason"] = "ticket 4711",
            }.ToString()),
        });
        Assert.That((int)asked.StatusCode, Is.EqualTo(202), await asked.Content.ReadAsStringAsync());
        await using var owner = NpgsqlDataSource.Create(database);
        await Eventually.HoldsAsync(owner, "select count(*) >= 5 from delivery_release");

        using (var kill = Process.Start("kill", $"-KILL {program.Id}"))
        {
            await kill.WaitForExitAsync();
        }

        await program.EndAsync();
        var released = await NumberAsync(owner, "select count(*) from delivery_release");
        Assert.That(released, Is.LessThan(Count), "the job is half done");
        await using var other = await SetAsideService.StartAsync(
            connectionString: database, settings: [("SetAside:JobLease", "00:00:02"), ("SetAside:JobDeliveriesPerSecond", "100")]);
        var job = (await other.EndAsync(asked.Headers.Location!.ToString()))["job"]!;

        Assert.That(SetAsideService.Progress(job), Is.EqualTo(("done", Count, 0, 0)));
        Assert.That(await NumberAsync(owner, "select count(*) from delivery_release"), Is.EqualTo(Count));
        Assert.That(await NumberAsync(owner, "select count(*) from delivery where caller = 'staff:operator'"), Is.EqualTo(Count));
        Assert.That(
            await NumberAsync(owner, "select count(distinct deliveries) from audit_event where act = 'release' and outcome = 'success'"),
            Is.EqualTo(Count));
        Assert.That(await NumberAsync(owner, "select count(*) from audit_event where act = 'release'"), Is.EqualTo(Count));
    }

    private static async Task<long> NumberAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
