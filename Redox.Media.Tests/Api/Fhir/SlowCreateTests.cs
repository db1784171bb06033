using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A client that polls for changes since the last one it saw must not miss a create that was in progress then.</summary>
[TestFixture, Category("Database")]
[Parallelizable]
public sealed class SlowCreateTests
{
    [Test]
    public async Task A_slow_create_is_dated_when_it_is_complete()
    {
        var time = new SettableTime(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        await using var fhir = await FhirService.StartOnAsync(null, time);
        var correlationId = Guid.NewGuid().ToString();
        var body = Encoding.UTF8.GetBytes(FhirService.Media().ToString());
        using var connection = await RawConnection.OpenAsync(fhir.Service.Address);
        await connection.SendAsync(
            $"POST /Media HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nAuthorization: Bearer "
                + $"{FhirService.Token}\r\n"
            + $"X-Correlation-Id: {correlationId}\r\nContent-Length: {body.Length}\r\n\r\n");
        await connection.SendAsync(body.AsMemory(0, 100));
        var budget = fhir.Service.Services.GetRequiredService<IntakeBudget>();
        await Eventually.IsTrueAsync("it is being read", () => Task.FromResult(budget.InUse > 0), TimeSpan.FromSeconds(30));

        time.Now += TimeSpan.FromHours(1);
        await connection.SendAsync(body.AsMemory(100));

        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(201));
        var trace = (await fhir.Service.AskSupportAsync("/support/api/deliveries/" + correlationId)).Json;
        Assert.That((string?)trace["receivedAt"], Does.StartWith("2026-03-02T13:00:00"));
    }
}
