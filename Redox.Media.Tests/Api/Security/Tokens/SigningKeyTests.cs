using System.Buffers.Text;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Api.Security.Tokens;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security.Tokens;

/// <summary>The keys that sign access tokens: shared, encrypted, and replaced in time.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class SigningKeyTests
{
    [Test]
    public async Task Instances_that_need_the_first_key_at_once_have_the_same_and_take_the_tokens_of_each_other()
    {
        await using var one = await TokenService.StartAsync();
        await using var two = await TokenService.StartAsync(one.Archive, one.Time);
        var app = await one.RegisterAsync();
        await Task.WhenAll(one.RefreshAsync(), two.RefreshAsync(), one.RefreshAsync(), two.RefreshAsync());

        Assert.That(await KeysAsync(one), Has.Length.EqualTo(1).And.EqualTo(await KeysAsync(two)));
        foreach (var token in new[] { await one.TokenAsync(app), await two.TokenAsync(app) })
        {
            Assert.That((await one.GetAsync("/Media?_count=1", token)).Status, Is.EqualTo(200));
            Assert.That((await two.GetAsync("/Media?_count=1", token)).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task A_new_key_is_published_an_hour_before_it_signs_and_the_old_one_goes_when_its_tokens_have_ended()
    {
        var time = new SettableTime(TimeProvider.System.GetUtcNow());
        await using var tokens = await TokenService.StartAsync(time: time);
        var app = await tokens.RegisterAsync();
        var first = (await KeysAsync(tokens)).Single();

        await AtAsync(TimeSpan.FromDays(30) - TimeSpan.FromHours(1) - TimeSpan.FromMinutes(1));
        Assert.That(await KeysAsync(tokens), Is.EqualTo(new[] { first }));

        await AtAsync(TimeSpan.FromMinutes(1));
        var both = await KeysAsync(tokens);
        Assert.That((both.Length, both[0], await KidAsync()), Is.EqualTo((2, first, first)));
        await AtAsync(TimeSpan.FromMinutes(59));
        Assert.That(await KidAsync(), Is.EqualTo(first));
        var last = await tokens.TokenAsync(app);

        await AtAsync(TimeSpan.FromMinutes(2));
        Assert.That((await KidAsync(), await KeysAsync(tokens)), Is.EqualTo((both[1], both)));
        Assert.That((await tokens.GetAsync("/Media?_count=1", last)).Status, Is.EqualTo(200), "signed by the key before");

        await AtAsync(TokenSigner.MaxLifetime + TokenSigner.ClockSkew);
        Assert.That(await KeysAsync(tokens), Is.EqualTo(new[] { both[1] }));

        async Task AtAsync(TimeSpan later)
        {
            time.Now += later;
            await tokens.RefreshAsync();
            await tokens.RefreshAsync();
        }

        async Task<string> KidAsync() => (string)JObject.Parse(Encoding.UTF8.GetString(
            Base64Url.DecodeFromChars((await tokens.TokenAsync(app)).Split('.')[0])))["kid"]!;
    }

    [Test]
    public async Task The_rows_are_encrypted_and_an_instance_without_the_key_gives_no_tokens()
    {
        await using var tokens = await TokenService.StartAsync();
        var app = await tokens.RegisterAsync();
        var key = tokens.Service.Services.GetRequiredService<SigningKeys>().Current!;
        await using var database = NpgsqlDataSource.Create(tokens.Archive);
        await using var connection = await database.OpenConnectionAsync();
        var row = await connection.QuerySingleAsync<byte[]>("select encrypted from encrypted_key where purpose = 'access-token'");
        Assert.That(row.AsSpan().IndexOf(key.Pair.ExportParameters(true).D), Is.EqualTo(-1));

        await using var other = await TokenService.StartAsync(
            tokens.Archive, tokens.Time, settings: ("KeyEncryption:Keys:0", Convert.ToBase64String(Guid.NewGuid().ToByteArray()
                .Concat(Guid.NewGuid().ToByteArray()).ToArray())));
        await other.RefreshAsync();
        Assert.That((await other.AskAsync(app.Assertion())).Status, Is.EqualTo(503));
        Assert.That(await connection.ExecuteScalarAsync<long>("select count(*) from encrypted_key"), Is.EqualTo(1));
    }

    private static async Task<string[]> KeysAsync(TokenService tokens) =>
    [
        .. (await tokens.Service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json")))
            .Json["keys"]!.Select(key => (string)key["kid"]!),
    ];
}
