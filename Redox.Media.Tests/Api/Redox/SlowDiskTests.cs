using System.Diagnostics;
using NUnit.Framework;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Large files, and a database that writes them slowly: a line that carries few bytes a second stands for its disk.</summary>
[TestFixture]
[Category("Slow")]
public sealed class SlowDiskTests
{
    private const string ShortTimeouts = ";Command Timeout=4";

    private SoakDatabase _database = null!;
    private FaultProxy _line = null!;
    private RunningService _service = null!;

    [SetUp]
    public async Task Start_the_service_on_a_line()
    {
        _database = await SoakDatabase.StartAsync();
        _line = new FaultProxy(_database);
        _service = await RunningService.StartAsync(_line.ConnectionString + ShortTimeouts);
        await _service.ApplyAsync(Message.New(Message.NewSource(), "before"));
    }

    [TearDown]
    public async Task Stop()
    {
        await _service.DisposeAsync();
        await _line.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task A_large_file_has_time_in_proportion_to_its_size()
    {
        const int fileBytes = 6_000_000;
        _line.BytesPerSecond = 500_000;
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var clock = Stopwatch.StartNew();

        Assert.That(await _service.ApplyAsync(Message.New(source, id, content: new string('s', fileBytes))), Is.EqualTo("created"));

        Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(10)), "longer than a statement may take");
        Assert.That((await _service.ContentAsync(id))?.Length, Is.EqualTo(fileBytes));
    }

    [Test]
    public async Task A_large_body_that_is_set_aside_has_time_in_proportion_to_its_size()
    {
        _line.BytesPerSecond = 500_000;
        var message = Message.New(Message.NewSource(), "x", content: new string('s', 6_000_000)).Without("Media.FileType");

        Assert.That(await _service.ApplyAsync(message), Is.EqualTo("set-aside"));
    }

    [Test]
    public async Task Many_large_files_at_once_are_written_a_few_at_a_time()
    {
        const int files = 12;
        _line.BytesPerSecond = 2_000_000;
        var source = Message.NewSource();

        var answers = await Task.WhenAll(Enumerable.Range(0, files).Select(number =>
            _service.DeliverAsync(Message.New(source, $"D-{number}", content: new string('s', 2_000_000)))));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    [Test]
    public async Task A_write_that_ran_out_of_time_is_not_repeated()
    {
        _line.BytesPerSecond = 100_000;
        var message = Message.New(Message.NewSource(), "x", content: new string('s', 3_000_000));

        var answer = await _service.DeliverAsync(message);

        Assert.That(answer.Status, Is.EqualTo(503));
        Assert.That(_service.Logs.Entries.Where(entry => entry.Contains("[3001]", StringComparison.Ordinal)), Is.Empty);
        _line.BytesPerSecond = 0;
        await Eventually.IsTrueAsync(
            "200 again", async () => (await _service.DeliverAsync(message)).Status == 200, TimeSpan.FromSeconds(60));
    }
}
