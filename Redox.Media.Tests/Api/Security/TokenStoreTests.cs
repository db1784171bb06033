using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Tests.Api.Security;

/// <summary>What a token proves.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class TokenStoreTests
{
    private static readonly TokenStore Store = new(
        Settings(new RedoxSettings { VerificationTokens = ["engine-1", "shared"] }),
        Settings(new StaffSettings
        {
            Members =
            [
                new StaffMember { Name = "anna", Token = "staff-1", Roles = ["trace"] },
                new StaffMember { Name = "both", Token = "shared", Roles = ["phi"] },
            ],
        }),
        Settings(new ClientSettings
        {
            Apps = [new ClientApp { Id = "app", Secret = "client-1", SourceId = "s", Scopes = ["system/Media.cs"] }],
        }));

    [TestCase("engine-1", "engine")]
    [TestCase("staff-1", "staff:anna")]
    [TestCase("shared", "engine staff:both")]
    [TestCase("client-1", "")]
    [TestCase("engine-", "")]
    [TestCase("engine-1 ", "")]
    [TestCase("", "")]
    public void A_token_proves_the_engine_or_a_member_of_staff_or_both(string token, string expected)
    {
        var identities = new List<CallerIdentity>();
        Store.AddBearer(token, withClients: false, identities);

        Assert.That(string.Join(' ', identities.Select(identity => identity.Caller.Name)), Is.EqualTo(expected));
        Assert.That(Store.IsEngine(token), Is.EqualTo(expected.StartsWith("engine", StringComparison.Ordinal)));
    }

    [Test]
    public void A_client_may_send_the_events_that_its_scopes_permit()
    {
        var identities = new List<CallerIdentity>();
        Store.AddBearer("client-1", withClients: true, identities);

        var caller = (Caller.Client)identities.Single().Caller;
        Assert.That((caller.Id, caller.OwnSource), Is.EqualTo(("app", "s")));
        Assert.That(caller.VisibleSources, Is.EqualTo(new[] { "s" }));
        Assert.That(caller.Events, Is.EquivalentTo(new[] { "New", "Query" }));
        Assert.That(caller.MayRevise, Is.False);
        Assert.That(identities.Single().Client!.Id, Is.EqualTo("app"));
    }

    [Test]
    public void Proving_an_identity_twice_adds_it_once()
    {
        var identities = new List<CallerIdentity>();
        TokenStore.Add(Store.FindEngine("engine-1"), identities);
        Store.AddBearer("shared", withClients: true, identities);

        Assert.That(identities.Select(identity => identity.Caller.Name), Is.EqualTo(new[] { "engine", "staff:both" }));
    }

    private static LastKnownGood<T> Settings<T>(T value)
        where T : class =>
        new(new StubFactory<T>(value), new ConfigurationBuilder().Build(), new SettingsProblems(), NullLogger<LastKnownGood<T>>.Instance);

    private sealed class StubFactory<T>(T value) : IOptionsFactory<T>
        where T : class
    {
        public T Create(string name) => value;
    }
}
