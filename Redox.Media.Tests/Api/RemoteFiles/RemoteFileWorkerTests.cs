using NUnit.Framework;
using Redox.Media.Api.RemoteFiles;

namespace Redox.Media.Tests.Api.RemoteFiles;

/// <summary>When a file that could not be fetched is tried again.</summary>
[TestFixture]
public sealed class RemoteFileWorkerTests
{
    [TestCase(1, ExpectedResult = 10)]
    [TestCase(2, ExpectedResult = 20)]
    [TestCase(9, ExpectedResult = 2_560)]
    [TestCase(10, ExpectedResult = 3_600)]
    [TestCase(100_000, ExpectedResult = 3_600)]
    public double Tries_become_rarer_up_to_one_an_hour(int tries) => RemoteFileWorker.WaitAfter(tries, null, 0).TotalSeconds;

    [TestCase(120, ExpectedResult = 120)]
    [TestCase(1, ExpectedResult = 10, Description = "not sooner than otherwise")]
    [TestCase(86_400, ExpectedResult = 3_600, Description = "at most an hour")]
    public double The_host_says_when_it_may_be_asked_again(int retryAfter) =>
        RemoteFileWorker.WaitAfter(1, TimeSpan.FromSeconds(retryAfter), 0).TotalSeconds;

    [Test]
    public void Tries_of_many_files_are_spread_over_a_fifth_of_the_time() =>
        Assert.That(RemoteFileWorker.WaitAfter(100, null, 1), Is.EqualTo(TimeSpan.FromMinutes(72)));
}
