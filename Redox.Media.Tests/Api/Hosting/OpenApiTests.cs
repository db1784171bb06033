using NUnit.Framework;
using Redox.Media.Api.Hosting;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>The OpenAPI document describes the Redox endpoint and the support API, and docs/openapi.json is a copy of it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class OpenApiTests
{
    private const string UpdateVariable = "REDOX_MEDIA_UPDATE_OPENAPI";

    [Test]
    public async Task The_file_in_docs_is_the_served_document()
    {
        var answer = await GetAsync();
        var served = answer.Text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = Path.Combine(RepositoryRoot(), "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            await File.WriteAllTextAsync(file, served);
        }

        Assert.That(
            File.Exists(file) ? await File.ReadAllTextAsync(file) : "",
            Is.EqualTo(served),
            $"docs/openapi.json differs from {OpenApiSetup.Address}. To refresh it: {UpdateVariable}=1 scripts/test --filter OpenApiTests");
    }

    [Test]
    public async Task It_needs_no_token_and_describes_no_other_API()
    {
        var answer = await GetAsync();

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(
            answer.Json["paths"]!.Select(path => ((Newtonsoft.Json.Linq.JProperty)path).Name),
            Is.EquivalentTo(new[]
            {
                "/", "/redox", "/endpoint", "/query", "/upload", "/uploads", "/v2/auth/token", "/auth/authenticate", "/auth/refreshToken",
                "/support/api/audit", "/support/api/audit/_search", "/support/api/deliveries",
                "/support/api/deliveries/{id}", "/support/api/deliveries/payload",
                "/support/api/deliveries/release", "/support/api/documents", "/support/api/documents/hide", "/support/api/documents/unhide",
                "/support/api/documents/move",
                "/support/api/documents/{source}/{documentId}",
                "/support/api/deliveries/{delivery}/notes", "/support/api/set-aside/dry-run", "/support/api/set-aside/groups",
                "/support/api/set-aside/groups/{group}", "/support/api/set-aside/groups/{group}/archive",
                "/support/api/remote-files", "/support/api/remote-files/retry", "/support/api/set-aside/groups/{group}/assignee", "/support/api/set-aside/groups/{group}/notes",
                "/support/api/set-aside/groups/{group}/unarchive", "/support/api/set-aside/jobs", "/support/api/set-aside/jobs/{job}",
                "/support/api/set-aside/jobs/{job}/stop",
                "/support/api/documents/versions", "/support/api/overview", "/support/api/clients", "/support/api/clients/{id}",
                "/support/api/search",
            }));
    }

    private static async Task<Answer> GetAsync() =>
        await (await SharedService.GetAsync()).SendAsync(new HttpRequestMessage(HttpMethod.Get, OpenApiSetup.Address));

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Redox.Media.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
