using System.Text;
using NUnit.Framework;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>A process with less memory than the default budget.</summary>
[TestFixture, Category("Database"), Category("Slow")]
[NonParallelizable]
public sealed class HeapLimitTests
{
    private const int FileBytes = 22 * 1024 * 1024;

    [Test]
    public async Task With_a_heap_of_96_MiB_six_files_of_22_MB_are_answered_200_or_503()
    {
        await using var service = await ServiceProcess.StartAsync(
            await TestDatabase.CreateAsync(), new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x6000000" });

        for (var round = 0; round < 3; round++)
        {
            var statuses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SendAsync(service, FileBytes)));

            Assert.That(statuses, Is.All.EqualTo(200).Or.EqualTo(503));
            Assert.That(statuses, Has.Some.EqualTo(200));
        }

        Assert.That(await SendAsync(service, 2000), Is.EqualTo(200), "after the load");
        Assert.That(service.LoggedFaults, Is.Empty);
    }

    private static async Task<int> SendAsync(ServiceProcess service, int fileBytes)
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId()).WithContent(new string('f', fileBytes));
        using var request = ServiceProcess.Post(new StringContent(message.ToString(), Encoding.UTF8, "application/json"));
        using var response = await service.Http.SendAsync(request);
        return (int)response.StatusCode;
    }
}
