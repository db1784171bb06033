using Npgsql;
using NUnit.Framework;
using Redox.Media.Data.Resilience;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Resilience;

/// <summary>After a write failed for lack of space, a test write decides whether the disk is still full.</summary>
[TestFixture]
public sealed class DiskFullProbeTests
{
    [Test]
    public async Task A_disk_with_room_again_is_not_full_and_nothing_is_left_of_the_test_write()
    {
        await using var database = NpgsqlDataSource.Create(await TestDatabase.CreateAsync());
        await using var connection = await database.OpenConnectionAsync();
        var probe = new DiskFullProbe(TimeProvider.System);
        probe.Note(new PostgresException("no space left on device", "ERROR", "ERROR", PostgresErrorCodes.DiskFull));

        Assert.That(await probe.IsFullAsync(connection, CancellationToken.None), Is.False);

        await using var count = new NpgsqlCommand(
            "select (select count(*) from content_slice) + (select count(*) from delivery_body)", connection);
        Assert.That(await count.ExecuteScalarAsync(), Is.Zero);
    }
}
