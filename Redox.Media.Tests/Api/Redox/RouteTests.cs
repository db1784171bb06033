using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Every endpoint of the service and its authorization policy. A new endpoint has to be added here.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class RouteTests
{
    private const string Anonymous = "anonymous";

    private static readonly string[] Endpoints =
    [
        "GET / engine",
        "POST / " + Anonymous, // checks the caller itself: the challenge has its token in the body
        "GET /redox engine",
        "POST /redox " + Anonymous,
        "POST /endpoint client",
        "POST /query client",
        "POST /upload client",
        "POST /uploads client",
        "HEAD /metadata " + Anonymous,
        "GET /metadata " + Anonymous, // describes the FHIR API and nothing else
        .. Methods("GET HEAD", "/Media scope s"),
        "POST /Binary client", // the intake requires the scope c of Media
        "POST /Media scope c",
        "POST /Media/_search scope s",
        .. Methods("GET HEAD", "/Media/{id} scope r"),
        .. Methods("GET HEAD", "/Media/{id}/_history/{vid} scope r"),
        .. Methods("GET HEAD", "/Media/{id}/files/content scope r"),
        .. Methods("GET HEAD", "/Media/{id}/_history/{vid}/files/content scope r"),
        .. Methods("GET HEAD", "/DocumentReference scope s"),
        "POST /DocumentReference/_search scope s",
        .. Methods("GET HEAD", "/DocumentReference/{id} scope r"),
        .. Methods("GET HEAD", "/DocumentReference/{id}/_history/{vid} scope r"),
        .. Methods("GET HEAD", "/DocumentReference/{id}/files/content scope r"),
        .. Methods("GET HEAD", "/DocumentReference/{id}/_history/{vid}/files/content scope r"),

        // Reject the methods and addresses that no other endpoint has.
        "any /Media client",
        "any /Media/_search client",
        "any /Media/{id} client",
        "any /Media/{id}/_history/{vid} client",
        "any /Media/{id}/files/content client",
        "any /Media/{id}/_history/{vid}/files/content client",
        "any /Media/{**rest} client",
        "any /DocumentReference client",
        "any /DocumentReference/_search client",
        "any /DocumentReference/{id} client",
        "any /DocumentReference/{id}/_history/{vid} client",
        "any /DocumentReference/{id}/files/content client",
        "any /DocumentReference/{id}/_history/{vid}/files/content client",
        "any /DocumentReference/{**rest} client",
        "any /{**path} authenticated",
        "GET /support/api/deliveries/{id} trace",
        "POST /support/api/deliveries trace",
        "GET /support/api/deliveries trace",
        "POST /support/api/search trace",
        "POST /support/api/deliveries/payload phi",
        "POST /support/api/deliveries/release operate",
        "GET /support/api/documents/{source}/{**documentId} trace",
        "POST /support/api/documents trace",
        "POST /support/api/documents/hide operate",
        "POST /support/api/documents/unhide operate",
        "POST /support/api/documents/move operate and phi",
        "GET /support/api/set-aside/groups trace",
        "GET /support/api/set-aside/groups/{group:guid} trace",
        "POST /support/api/set-aside/dry-run operate",
        "POST /support/api/set-aside/groups/{group:guid}/archive operate",
        "POST /support/api/set-aside/groups/{group:guid}/unarchive operate",
        "POST /support/api/set-aside/groups/{group:guid}/assignee operate",
        "GET /support/api/remote-files trace",
        "POST /support/api/remote-files/retry operate",
        "GET /support/api/set-aside/jobs trace",
        "GET /support/api/set-aside/jobs/{job:guid} trace",
        "POST /support/api/set-aside/jobs operate",
        "POST /support/api/set-aside/jobs/{job:guid}/stop operate",
        "GET /support/api/deliveries/{delivery:guid}/notes trace",
        "GET /support/api/set-aside/groups/{group:guid}/notes trace",
        "POST /support/api/deliveries/{delivery:guid}/notes trace",
        "POST /support/api/set-aside/groups/{group:guid}/notes trace",
        "GET /support/api/audit audit",
        "GET /support/api/clients clients",
        "GET /support/api/clients/{id} clients",
        "GET /support/api/overview trace",
        "GET /support/api/documents/versions trace",
        "POST /support/api/documents/versions trace",
        "POST /support/api/audit/_search audit",
        .. Methods("GET HEAD", "/health/live " + Anonymous),
        .. Methods("GET HEAD", "/health/ready " + Anonymous),
        "POST /v2/auth/token " + Anonymous, // checks the assertion in the body
        "POST /auth/authenticate " + Anonymous, // checks the secret in the body
        "POST /auth/refreshToken " + Anonymous,
        .. Methods("GET HEAD", "/.well-known/smart-configuration " + Anonymous), // where there are tokens
        .. Methods("GET HEAD", "/.well-known/jwks.json " + Anonymous), // public keys
        "GET /openapi/v1.json " + Anonymous, // describes the HTTP API and nothing else

        // The pages, which need a session.
        "GET /support trace",
        "POST /support/search trace",
        "GET /support/search/new trace",
        "GET /support/deliveries/{id:guid} trace",
        "GET /support/overview trace",
        "GET /support/clients clients",
        "GET /support/clients/client clients",
        .. Methods("GET POST", "/support/clients/add clients"),
        .. Methods("GET POST", "/support/clients/add-engine clients"),
        .. Methods("GET POST", "/support/clients/rotate clients"),
        .. Methods("GET POST", "/support/clients/revoke clients"),
        .. Methods("GET POST", "/support/audit audit"),
        "POST /support/audit/export audit",
        .. Methods("GET POST", "/support/audit/reveals audit"),
        "GET /support/deliveries/{id:guid}/content phi",
        "GET /support/deliveries/{id:guid}/content.pdf phi",
        "GET /support/documents trace",
        .. Methods("GET POST", "/support/documents/hide operate"),
        .. Methods("GET POST", "/support/documents/unhide operate"),
        .. Methods("GET POST", "/support/documents/move operate and phi"),
        "POST /support/deliveries/{id:guid}/notes trace",
        "GET /support/set-aside trace",
        "GET /support/set-aside/groups/{id:guid} trace",
        "POST /support/set-aside/groups/{id:guid}/archive operate",
        "POST /support/set-aside/groups/{id:guid}/unarchive operate",
        "POST /support/set-aside/groups/{id:guid}/assignee operate",
        "POST /support/set-aside/groups/{id:guid}/notes trace",
        "GET /support/set-aside/dry-run operate",
        "GET /support/set-aside/confirm operate",
        "GET /support/set-aside/jobs trace",
        "POST /support/set-aside/jobs operate",
        "POST /support/set-aside/remote-files/retry operate",
        "GET /support/set-aside/jobs/{id:guid} trace",
        "POST /support/set-aside/jobs/{id:guid}/stop operate",
        "GET /support/assets/{name} " + Anonymous, // the style sheet, the script and the icon
        .. Methods("GET POST", "/support/sign-in " + Anonymous),
        "GET /support/sign-in/provider " + Anonymous,
        "POST /support/sign-out authenticated",
        "GET /support/sessions authenticated",
        "GET /support/help authenticated",
        "POST /support/sessions/end authenticated",
        "POST /support/sessions/end-all authenticated",
        "POST /support/sessions/reveal phi",
        "POST /support/sessions/hide authenticated",
        "GET /support/{**page:regex(^(?!api(/|$)|assets/))} authenticated", // there is no such page
    ];

    [Test]
    public async Task Every_endpoint_is_listed_with_its_policy()
    {
        var service = await SharedService.GetAsync();
        var endpoints = service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        Assert.That(endpoints.SelectMany(Describe), Is.EquivalentTo(Endpoints));
    }

    [Test]
    public async Task An_endpoint_without_a_policy_is_closed_to_every_caller()
    {
        var services = (await SharedService.GetAsync()).Services;
        var authorization = services.GetRequiredService<IAuthorizationService>();
        var roles = new[] { "engine", "client", "trace", "phi", "operate" };
        var caller = new ClaimsPrincipal(new ClaimsIdentity(roles.Select(role => new Claim(ClaimTypes.Role, role)), "Token"));

        var fallback = await services.GetRequiredService<IAuthorizationPolicyProvider>().GetFallbackPolicyAsync();
        Assert.That(fallback, Is.Not.Null);
        Assert.That((await authorization.AuthorizeAsync(caller, null, fallback!)).Succeeded, Is.False);
    }

    private static IEnumerable<string> Methods(string methods, string rest) => methods.Split(' ').Select(method => $"{method} {rest}");

    private static IEnumerable<string> Describe(RouteEndpoint endpoint)
    {
        var scope = endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .SelectMany(policy => policy.Requirements).OfType<ScopeRequirement>().SingleOrDefault();
        var policies = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy ?? "?").ToList();
        var rule = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? Anonymous
            : scope is not null ? "scope " + SmartScopes.Letters(scope.Interaction.Needed)
            : policies.Count > 0 ? string.Join("+", policies)
            : "fallback";
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["any"];
        return methods.Select(method => $"{method} {endpoint.RoutePattern.RawText} {rule}");
    }
}
