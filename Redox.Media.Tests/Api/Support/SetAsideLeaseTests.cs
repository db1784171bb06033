using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Core.SetAside;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>One instance works on a job, and another one continues when it leaves.</summary>
[TestFixture, Category("Database")]
public sealed class SetAsideLeaseTests
{
    [Test]
    public async Task A_job_belongs_to_one_instance_until_that_is_shut_down()
    {
        var first = await SetAsideService.StartAsync(
            settings: [("SetAside:JobDeliveriesPerSecond", "1"), ("SetAside:JobLease", "00:10:00")]);
        try
        {
            var ids = new List<Guid>();
            for (var i = 0; i < 6; i++)
            {
                ids.Add(await first.OtherPatientAsync("source"));
            }

            var asked = await first.PostAsync(SetAsideService.Api + "jobs", SetAsideService.Job("release", 6, [.. ids]));
            var address = asked.Headers.Location!.ToString();
            await Eventually.IsTrueAsync(
                "one is released", async () => (int)(await first.GetAsync(address)).Json["job"]!["done"]! > 0, TimeSpan.FromSeconds(20));
            Assert.That((string?)(await first.GetAsync(address)).Json["job"]!["state"], Is.EqualTo("running"));
            var jobs = first.Service.Services.GetRequiredService<ISetAsideJobStore>();
            Assert.That(await jobs.TakeAsync(Guid.NewGuid(), TimeSpan.FromMinutes(1), default), Is.Null, "another instance gets nothing");
            var (isOwned, _) = await jobs.NextAsync((Guid)asked.Json["id"]!, Guid.NewGuid(), TimeSpan.FromMinutes(1), default);
            Assert.That(isOwned, Is.False);

            await first.DisposeAsync();
            await using var second = await SetAsideService.StartAsync(connectionString: first.ConnectionString);
            var job = (await second.EndAsync(address))["job"]!;

            Assert.That(SetAsideService.Progress(job), Is.EqualTo(("done", 6, 0, 0)));
        }
        finally
        {
            await first.DisposeAsync();
        }
    }

    [Test]
    public async Task A_delivery_that_was_begun_five_times_and_never_ended_fails()
    {
        await using var service = await SetAsideService.StartAsync();
        var id = await service.OtherPatientAsync("source");
        await using var database = Npgsql.NpgsqlDataSource.Create(service.ConnectionString);
        await using var prepare = database.CreateCommand(
            """
            create function begun() returns trigger language plpgsql as $$ begin new.tries := 5; return new; end $$;
            create trigger begun before insert on set_aside_job_delivery for each row execute function begun();
            """);
        await prepare.ExecuteNonQueryAsync();

        var page = await service.RunAsync(SetAsideService.Job("release", 1, id));

        Assert.That(SetAsideService.Progress(page["job"]!), Is.EqualTo(("done", 0, 1, 0)));
        Assert.That((string?)page["failures"]![0]!["failure"], Is.EqualTo("It was begun several times and never ended."));
    }
}
