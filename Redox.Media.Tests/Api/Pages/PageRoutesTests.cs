using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Api.Security;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>Requests every page as who is not signed in and as who has not its role.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PageRoutesTests
{
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync(new Dictionary<string, string?>
    {
        ["Staff:5:Name"] = "no-role", ["Staff:5:Token"] = "a-token-without-a-role",
    });

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Without_a_session_there_is_the_sign_in_page_only()
    {
        foreach (var (method, path, _) in Pages())
        {
            using var person = new ConsolePerson(_service.Address);
            using var answer = await person.Http.SendAsync(Request(method, path));
            Assert.That((int)answer.StatusCode, Is.EqualTo(method == "GET" ? 302 : 401), $"{method} {path}");
            Assert.That(
                method == "GET" ? answer.Headers.Location!.ToString() : await answer.Content.ReadAsStringAsync(),
                Does.Contain("sign-in"), $"{method} {path}");
        }
    }

    [Test]
    public async Task With_a_bearer_token_there_is_the_sign_in_page_only()
    {
        foreach (var (method, path, _) in Pages())
        {
            using var person = new ConsolePerson(_service.Address);
            using var request = Request(method, path);
            request.Headers.Authorization = new("Bearer", ConsoleService.Everything);
            using var answer = await person.Http.SendAsync(request);
            Assert.That((int)answer.StatusCode, Is.EqualTo(method == "GET" ? 302 : 401), $"{method} {path}");
        }
    }

    [Test]
    public async Task A_page_is_for_its_role_only()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, "a-token-without-a-role");
        foreach (var (method, path, policy) in Pages().Where(page => page.Policy != "authenticated"))
        {
            using var answer = await person.Http.SendAsync(Request(method, path));
            Assert.That((int)answer.StatusCode, Is.EqualTo(403), $"{method} {path} needs {policy}");
        }
    }

    [Test]
    public async Task Unknown_addresses_are_a_page_that_says_so()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        var answer = await person.GetAsync("/support/nowhere/at/all");
        Assert.That((answer.Status, answer.Text), Is.EqualTo((404, answer.Text)));
        Assert.That(answer.Text, Does.Contain("There is no such page"));
    }

    private static HttpRequestMessage Request(string method, string path) => new(new HttpMethod(method), path)
    {
        Content = method == "POST" ? new FormUrlEncodedContent([]) : null,
    };

    private List<(string Method, string Path, string Policy)> Pages() =>
    [
        .. from source in _service.Services.GetServices<EndpointDataSource>()
           from endpoint in source.Endpoints.OfType<RouteEndpoint>()
           where endpoint.Metadata.GetMetadata<PageMetadata>() is not null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
           select (method, Filled(endpoint.RoutePattern.RawText!), endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy ?? "none"),
    ];

    private static string Filled(string pattern) => pattern.StartsWith("/support/{**", StringComparison.Ordinal) ? "/support/nowhere"
        : pattern.Replace("{id:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
}
