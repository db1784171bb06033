using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Every door of the service and who may pass it. A new one has to be written down here.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class RouteTests
{
    private const string Anybody = "anybody";

    private static readonly string[] Doors =
    [
        "GET / engine",
        "POST / " + Anybody, // asks for the credential itself: the handshake has its token in the body
        "GET /redox engine",
        "POST /redox " + Anybody,
        "HEAD /metadata " + Anybody,
        "GET /metadata " + Anybody, // says what the FHIR door does, and nothing about anybody
        "any /{fhirType} " + Anybody, // the FHIR door asks for a client's token itself, to answer as FHIR has it
        "any /{fhirType}/{**rest} " + Anybody,
        "any /{**elsewhere} " + Anybody, // asks for a client's token itself; everybody else is told what no door at all is told
        "GET /support/api/deliveries/{id} trace",
        "GET /support/api/documents/{source}/{**documentId} trace",
        "GET /health/live " + Anybody,
        "GET /health/ready " + Anybody,
    ];

    [Test]
    public async Task Every_door_is_known_and_has_its_policy()
    {
        var service = await SharedService.GetAsync();
        var endpoints = service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        Assert.That(endpoints.SelectMany(Describe), Is.EquivalentTo(Doors));
    }

    [Test]
    public async Task What_names_no_policy_is_shut_to_everybody()
    {
        var policies = (await SharedService.GetAsync()).Services.GetRequiredService<IAuthorizationPolicyProvider>();
        var authorization = (await SharedService.GetAsync()).Services.GetRequiredService<IAuthorizationService>();
        var everybody = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity(
            new[] { "engine", "trace", "phi", "operate" }.Select(role => new System.Security.Claims.Claim(System.Security.Claims.ClaimTypes.Role, role)), "Token"));

        var fallback = await policies.GetFallbackPolicyAsync();
        Assert.That(fallback, Is.Not.Null);
        Assert.That((await authorization.AuthorizeAsync(everybody, null, fallback!)).Succeeded, Is.False);
    }

    private static IEnumerable<string> Describe(RouteEndpoint endpoint)
    {
        var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy ?? "?").ToList();
        var who = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? Anybody : policies.Count > 0 ? string.Join("+", policies) : "fallback";
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["any"];
        return methods.Select(method => $"{method} {endpoint.RoutePattern.RawText} {who}");
    }
}
