using NUnit.Framework;
using Redox.Media.Tests.Soak.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>A short run of each mode of <c>scripts/soak</c>, always with the same seed; scripts/soak makes new ones.</summary>
[TestFixture]
[NonParallelizable]
[Category("Soak"), Category("Slow")]
public sealed class SoakTests
{
    private const int Seed = 1;

    [Test]
    public Task Nothing_acknowledged_is_lost_when_service_and_database_are_killed() => PassesAsync(CrashSoak.RunAsync, seconds: 8);

    [Test]
    public Task Nothing_acknowledged_is_lost_when_the_database_goes_away_and_it_goes_on_by_itself() =>
        PassesAsync(OutageSoak.RunAsync, seconds: 15);

    [Test]
    public Task A_full_disk_is_answered_503_and_loses_nothing() => PassesAsync(DiskFullSoak.RunAsync, seconds: 10);

    [Test]
    public Task Two_thousand_strangers_and_too_many_files_do_not_keep_the_engine_out() =>
        PassesAsync((run, cancellation) => OverloadSoak.RunAsync(run, strangers: 2000, cancellation), seconds: 6);

    [Test]
    public Task Spoilt_messages_and_requests_never_hurt() => PassesAsync(FuzzSoak.RunAsync, seconds: 6);

    [Test]
    public Task Damaged_bytes_are_never_returned_and_verify_finds_them_all() => PassesAsync(CorruptSoak.RunAsync, seconds: 6);

    // Without what the limits of readers and connections are for: those have tests of their own.
    [Test]
    public Task An_unfair_client_delays_no_other_caller() =>
        PassesAsync((run, cancellation) => UnfairSoak.RunAsync(run, UnfairParts.All, cancellation), seconds: 15);

    private static async Task PassesAsync(Func<SoakRun, CancellationToken, Task<SoakReport>> mode, int seconds)
    {
        var run = new SoakRun(TimeSpan.FromSeconds(seconds), Seed);
        var report = await mode(run, CancellationToken.None);
        TestContext.Out.WriteLine(report);
        Assert.That(report.Faults, Is.Empty, report.ToString());
    }
}
