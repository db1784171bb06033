using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Api.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security;

/// <summary>Every route of the running service by every kind of caller and every method. A route without a rule here fails.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ClosedDoorsTests
{
    private const string Nobody = "nobody";
    private const string WrongToken = "wrong token";
    private const string Engine = "engine";

    private const string Client = "client";

    private static readonly string[] Roles = ["trace", "phi", "operate"];
    private static readonly string[] Callers = [Nobody, WrongToken, Engine, Client, .. Roles];
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

    /// <summary>Who may pass: by method and pattern of the route. Whoever is not named is told 401 without a valid token, 403 with another's.</summary>
    private static readonly Dictionary<string, string[]> Rules = new()
    {
        ["GET /"] = [Engine],
        ["POST /"] = [Engine, Client],
        ["GET /redox"] = [Engine],
        ["POST /redox"] = [Engine, Client],
        ["GET /health/live"] = Callers,
        ["GET /health/ready"] = Callers,
        ["GET /metadata"] = Callers,
        ["HEAD /metadata"] = Callers,
        ["GET /Media"] = [Client],
        ["HEAD /Media"] = [Client],
        ["POST /Media"] = [Client],
        ["POST /Media/_search"] = [Client],
        ["GET /Media/{id}"] = [Client],
        ["HEAD /Media/{id}"] = [Client],
        ["GET /Media/{id}/_history/{id}"] = [Client],
        ["HEAD /Media/{id}/_history/{id}"] = [Client],
        ["GET /Media/{id}/files/content"] = [Client],
        ["HEAD /Media/{id}/files/content"] = [Client],
        ["GET /Media/{id}/_history/{id}/files/content"] = [Client],
        ["HEAD /Media/{id}/_history/{id}/files/content"] = [Client],
        ["GET /DocumentReference"] = [Client],
        ["HEAD /DocumentReference"] = [Client],
        ["POST /DocumentReference/_search"] = [Client],
        ["GET /DocumentReference/{id}"] = [Client],
        ["HEAD /DocumentReference/{id}"] = [Client],
        ["GET /DocumentReference/{id}/_history/{id}"] = [Client],
        ["HEAD /DocumentReference/{id}/_history/{id}"] = [Client],
        ["GET /DocumentReference/{id}/files/content"] = [Client],
        ["HEAD /DocumentReference/{id}/files/content"] = [Client],
        ["GET /DocumentReference/{id}/_history/{id}/files/content"] = [Client],
        ["HEAD /DocumentReference/{id}/_history/{id}/files/content"] = [Client],
        ["GET /support/api/deliveries/{id}"] = ["trace"],
        ["GET /support/api/documents/{source}/{**documentId}"] = ["trace"],
    };

    /// <summary>Routes of the framework that stand for all addresses of the FHIR door; which those are is asked of the door's own table.</summary>
    private static readonly string[] Families = ["ANY /{fhirType}", "ANY /{fhirType}/{**rest}", "ANY /{**elsewhere}"];

    /// <summary>Every word that an address of the FHIR door can have in a fixed place, and a place that is the client's.</summary>
    private static readonly string[] Segments = ["{id}", "_search", "_history", "files", "content", "metadata", "$export", "$everything"];

    [Test]
    public async Task Every_route_has_a_rule_and_every_rule_a_route()
    {
        await using var service = await StartAsync();
        var routes = Routes(service);

        Assert.That(Families, Is.SubsetOf(routes));
        Assert.That(routes.Except(Families).Concat(FhirAddresses()), Is.EquivalentTo(Rules.Keys));
    }

    [Test]
    public async Task Only_those_who_may_pass_do()
    {
        await using var service = await StartAsync();
        foreach (var (route, mayPass) in Rules)
        {
            var (method, path) = (route.Split(' ')[0], Filled(route.Split(' ')[1]));
            foreach (var caller in Callers)
            {
                var answer = await AskAsync(service, method, path, caller);
                if (mayPass.Contains(caller))
                {
                    Assert.That(answer.Status, Is.Not.AnyOf(401, 403).And.LessThan(500), $"{caller}: {route}");
                }
                else
                {
                    // The destination does not tell a stranger with staff's token that there is a door for others.
                    var refused = caller is Nobody or WrongToken ? new[] { 401 } : caller is Client ? [401, 403, 404] : [401, 403];
                    Assert.That(answer.Status, Is.AnyOf([.. refused.Cast<object>()]), $"{caller}: {route}");
                }

                Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }), $"{caller}: {route}");
                Assert.That(string.Join(' ', answer.Headers.GetValues("Content-Security-Policy")), Does.Contain("sandbox").And.Contain("default-src 'none'"));
            }
        }
    }

    [Test]
    public async Task No_other_method_and_no_other_address_does_anything()
    {
        await using var service = await StartAsync();
        var routes = Rules.Keys.ToList();
        var paths = routes.Select(route => route.Split(' ')[1]).Distinct().Concat(["/Patient", "/Patient/1", "/Media/1/_history", "/Media/_search/1", "/Media/1/files/other", "/admin", "/support", "/support/api", "/bench/collect", "/swagger", "/.env", "/metrics"]);
        foreach (var path in paths)
        {
            foreach (var method in Methods.Where(method => !routes.Contains($"{method} {path}") ))
            {
                foreach (var caller in Callers)
                {
                    var answer = await AskAsync(service, method, Filled(path), caller);
                    Assert.That(answer.Status, Is.InRange(400, 499), $"{caller}: {method} {path}");
                }
            }
        }
    }

    private static Task<RunningService> StartAsync() => RunningService.StartAsync(settings: Roles
        .SelectMany((role, place) => new KeyValuePair<string, string?>[]
        {
            new($"Staff:{place}:Name", role), new($"Staff:{place}:Token", TokenOf(role)), new($"Staff:{place}:Roles:0", role),
        })
        .Concat(
        [
            new("Clients:0:Id", "app"), new("Clients:0:Secret", TokenOf(Client)), new("Clients:0:SourceId", "app-source"),
            new("Clients:0:Scopes:0", "system/Media.cruds"), new("Clients:0:Scopes:1", "system/DocumentReference.cruds"),
        ])
        .ToDictionary());

    private static string TokenOf(string caller) => caller == Engine ? RunningService.EngineToken : $"a-token-of-its-own-for-{caller}";

    private static List<string> Routes(RunningService service) =>
    [
        .. service.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(
                endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"],
                (endpoint, method) => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}")
            .Distinct(),
    ];

    // Words in the place of an ID are IDs; a word counts where another in its place would lead elsewhere.
    private static IEnumerable<string> FhirAddresses() =>
        from type in Enum.GetValues<FhirResourceType>()
        from shape in Shapes(5)
        let address = FhirRoutes.Find(type, shape)
        where address is not null && Enumerable.Range(0, shape.Length).All(place => shape[place] == "{id}" || !Same(address, FhirRoutes.Find(type, [.. shape[..place], "another", .. shape[(place + 1)..]])))
        from method in address.Methods
        select $"{method} /{string.Join('/', shape.Prepend(type.ToString()))}";

    private static IEnumerable<string[]> Shapes(int longest) =>
        longest == 0 ? [[]] : Shapes(longest - 1).SelectMany(shape => shape.Length == longest - 1 ? Segments.Select(segment => (string[])[.. shape, segment]).Prepend(shape) : [shape]);

    private static bool Same(FhirAddress one, FhirAddress? other) => other is not null && one.Interactions.Select(i => i.Kind).SequenceEqual(other.Interactions.Select(i => i.Kind));

    private static string Filled(string pattern) =>
        pattern.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{source}", "s", StringComparison.Ordinal)
            .Replace("{**documentId}", "d", StringComparison.Ordinal);

    private static Task<Answer> AskAsync(RunningService service, string method, string path, string caller)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Message.Query("none").ToString()));
        }

        if (caller != Nobody)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", caller == WrongToken ? "a-token-of-nobody-at-all" : TokenOf(caller));
        }

        return service.SendAsync(request);
    }
}
