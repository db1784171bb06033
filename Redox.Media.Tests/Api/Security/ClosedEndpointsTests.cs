using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Security;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security;

/// <summary>Requests every route of the running service as every kind of caller with every method. A route without a rule fails.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ClosedEndpointsTests
{
    private const string NoToken = "no token";
    private const string WrongToken = "wrong token";
    private const string Engine = "engine";

    private const string Client = "client";

    private static readonly string[] Roles = ["trace", "phi", "operate", "audit", "clients"];
    private static readonly string[] Callers = [NoToken, WrongToken, Engine, Client, .. Roles];
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

    /// <summary>
    /// The callers that may use each endpoint, by method and route pattern. Any other caller gets 401 without a valid token and 403 with
    /// the token of another role.
    /// </summary>
    private static readonly Dictionary<string, string[]> Rules = new()
    {
        ["GET /"] = [Engine],
        ["POST /"] = [Engine, Client],
        ["GET /redox"] = [Engine],
        ["POST /redox"] = [Engine, Client],
        ["POST /endpoint"] = [Client],
        ["POST /query"] = [Client],
        ["POST /upload"] = [Client],
        ["POST /uploads"] = [Client],
        ["GET /health/live"] = Callers,
        ["HEAD /health/live"] = Callers,
        ["GET /health/ready"] = Callers,
        ["HEAD /health/ready"] = Callers,
        ["GET /openapi/v1.json"] = Callers,
        ["POST /v2/auth/token"] = Callers, // the assertion in the body counts
        ["POST /auth/authenticate"] = Callers,
        ["POST /auth/refreshToken"] = Callers,
        ["GET /.well-known/smart-configuration"] = Callers,
        ["HEAD /.well-known/smart-configuration"] = Callers,
        ["GET /.well-known/jwks.json"] = Callers,
        ["HEAD /.well-known/jwks.json"] = Callers,
        ["GET /metadata"] = Callers,
        ["HEAD /metadata"] = Callers,
        ["GET /Media"] = [Client],
        ["HEAD /Media"] = [Client],
        ["POST /Media"] = [Client],
        ["POST /Binary"] = [Client],
        ["POST /Media/_search"] = [Client],
        ["GET /Media/{id}"] = [Client],
        ["HEAD /Media/{id}"] = [Client],
        ["GET /Media/{id}/_history/{vid}"] = [Client],
        ["HEAD /Media/{id}/_history/{vid}"] = [Client],
        ["GET /Media/{id}/files/content"] = [Client],
        ["HEAD /Media/{id}/files/content"] = [Client],
        ["GET /Media/{id}/_history/{vid}/files/content"] = [Client],
        ["HEAD /Media/{id}/_history/{vid}/files/content"] = [Client],
        ["GET /DocumentReference"] = [Client],
        ["HEAD /DocumentReference"] = [Client],
        ["POST /DocumentReference/_search"] = [Client],
        ["GET /DocumentReference/{id}"] = [Client],
        ["HEAD /DocumentReference/{id}"] = [Client],
        ["GET /DocumentReference/{id}/_history/{vid}"] = [Client],
        ["HEAD /DocumentReference/{id}/_history/{vid}"] = [Client],
        ["GET /DocumentReference/{id}/files/content"] = [Client],
        ["HEAD /DocumentReference/{id}/files/content"] = [Client],
        ["GET /DocumentReference/{id}/_history/{vid}/files/content"] = [Client],
        ["HEAD /DocumentReference/{id}/_history/{vid}/files/content"] = [Client],
        ["GET /support/api/deliveries/{id}"] = ["trace"],
        ["POST /support/api/deliveries"] = ["trace"],
        ["GET /support/api/deliveries"] = ["trace"],
        ["POST /support/api/search"] = ["trace"],
        ["POST /support/api/deliveries/payload"] = ["phi"],
        ["POST /support/api/deliveries/release"] = ["operate"],
        ["POST /support/api/documents"] = ["trace"],
        ["POST /support/api/documents/hide"] = ["operate"],
        ["POST /support/api/documents/unhide"] = ["operate"],
        ["POST /support/api/documents/move"] = [], // operate and phi together
        ["GET /support/api/documents/{source}/{**documentId}"] = ["trace"],
        ["GET /support/api/set-aside/groups"] = ["trace"],
        ["GET /support/api/set-aside/groups/{group:guid}"] = ["trace"],
        ["POST /support/api/set-aside/dry-run"] = ["operate"],
        ["POST /support/api/set-aside/groups/{group:guid}/archive"] = ["operate"],
        ["POST /support/api/set-aside/groups/{group:guid}/unarchive"] = ["operate"],
        ["POST /support/api/set-aside/groups/{group:guid}/assignee"] = ["operate"],
        ["GET /support/api/remote-files"] = ["trace"],
        ["POST /support/api/remote-files/retry"] = ["operate"],
        ["GET /support/api/set-aside/jobs"] = ["trace"],
        ["GET /support/api/set-aside/jobs/{job:guid}"] = ["trace"],
        ["POST /support/api/set-aside/jobs"] = ["operate"],
        ["POST /support/api/set-aside/jobs/{job:guid}/stop"] = ["operate"],
        ["GET /support/api/deliveries/{delivery:guid}/notes"] = ["trace"],
        ["GET /support/api/set-aside/groups/{group:guid}/notes"] = ["trace"],
        ["POST /support/api/deliveries/{delivery:guid}/notes"] = ["trace"],
        ["POST /support/api/set-aside/groups/{group:guid}/notes"] = ["trace"],
        ["GET /support/api/audit"] = ["audit"],
        ["GET /support/api/clients"] = ["clients"],
        ["GET /support/api/clients/{id}"] = ["clients"],
        ["GET /support/api/overview"] = ["trace"],
        ["GET /support/api/documents/versions"] = ["trace"],
        ["POST /support/api/documents/versions"] = ["trace"],
        ["POST /support/api/audit/_search"] = ["audit"],
    };

    /// <summary>Endpoints without a method, which reject the methods and addresses that no other endpoint has.</summary>
    private static readonly string[] Rejecting =
    [
        .. FhirInteraction.All.Select(interaction => "ANY " + interaction.Pattern).Distinct(),
        .. Enum.GetValues<FhirResourceType>().Select(type => $"ANY /{type}/{{**rest}}"),
        "ANY /{**path}",
    ];

    [Test]
    public async Task Every_route_has_a_rule_and_every_rule_a_route()
    {
        await using var service = await StartAsync();
        var routes = Routes(service);

        Assert.That(routes, Is.EquivalentTo(Rules.Keys.Concat(Rejecting)));
    }

    [Test]
    public async Task Only_the_named_callers_may_use_an_endpoint()
    {
        await using var service = await StartAsync();
        foreach (var (route, allowed) in Rules)
        {
            var (method, path) = (route.Split(' ')[0], Filled(route.Split(' ')[1]));
            foreach (var caller in Callers)
            {
                var answer = await AskAsync(service, method, path, caller);
                if (allowed.Contains(caller))
                {
                    Assert.That(answer.Status, Is.Not.AnyOf(401, 403).And.LessThan(500), $"{caller}: {route}");
                }
                else
                {
                    int[] expected = caller is NoToken or WrongToken ? [401] : caller is Client ? [401, 403, 404] : [401, 403];
                    Assert.That(expected, Does.Contain(answer.Status), $"{caller}: {route}");
                }

                Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }), $"{caller}: {route}");
                Assert.That(
                    string.Join(' ', answer.Headers.GetValues("Content-Security-Policy")),
                    Does.Contain("sandbox").And.Contain("default-src 'none'"));
            }
        }
    }

    [Test]
    public async Task Every_other_method_and_address_is_rejected()
    {
        await using var service = await StartAsync();
        var routes = Rules.Keys.ToList();
        string[] unknown =
        [
            "/Patient", "/Patient/1", "/Media/1/_history", "/Media/_search/1", "/Media/1/files/other", "/media/1", "/admin",
            "/support/api", "/bench/collect", "/swagger", "/openapi", "/openapi/v2.json", "/.env", "/metrics",
        ];
        var paths = routes.Select(route => route.Split(' ')[1]).Distinct().Concat(unknown);
        foreach (var path in paths)
        {
            foreach (var method in Methods.Where(method => !routes.Contains($"{method} {path}")))
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
            new("Fhir:BaseUrl", "https://media.example"), new("Clients:0:Id", "app"), new("Clients:0:Secret", TokenOf(Client)),
            new("Clients:0:SourceId", "app-source"),
            new("Clients:0:Scopes:0", "system/Media.cruds"), new("Clients:0:Scopes:1", "system/DocumentReference.cruds"),
        ])
        .ToDictionary());

    private static string TokenOf(string caller) => caller == Engine ? RunningService.EngineToken : $"a-token-of-its-own-for-{caller}";

    private static List<string> Routes(RunningService service) =>
    [
        .. service.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageMetadata>() is null) // PageRoutesTests
            .SelectMany(
                endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"],
                (endpoint, method) => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}")
            .Distinct(),
    ];

    private static string Filled(string pattern) =>
        pattern.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{vid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{group:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{job:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{delivery:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{source}", "s", StringComparison.Ordinal)
            .Replace("{**documentId}", "d", StringComparison.Ordinal);

    private static Task<Answer> AskAsync(RunningService service, string method, string path, string caller)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Message.Query("none").Without("Meta.Source").ToString()));
        }

        if (caller != NoToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", caller == WrongToken ? "a-token-that-is-not-configured" : TokenOf(caller));
        }

        return service.SendAsync(request);
    }
}
