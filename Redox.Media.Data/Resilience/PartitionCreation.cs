using Microsoft.Extensions.Hosting;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Data.Resilience;

/// <summary>Makes partitions ahead, at start and at an interval.</summary>
internal sealed class PartitionCreation(Partitions partitions, MigrationGate schema, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Opened.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await partitions.CreateAheadAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
