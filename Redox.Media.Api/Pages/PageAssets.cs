using System.Security.Cryptography;

namespace Redox.Media.Api.Pages;

/// <summary>The style sheet, the script and the icon of the pages: in the assembly, at addresses with a digest of their content.</summary>
internal static class PageAssets
{
    private const string Folder = "/support/assets/";

    private static readonly Dictionary<string, (byte[] Content, string Type)> Files = new(StringComparer.Ordinal);

    public static string Style { get; } = Add("console", "css", "text/css; charset=utf-8");

    public static string Script { get; } = Add("console", "js", "text/javascript; charset=utf-8");

    public static string Icon { get; } = Add("icon", "svg", "image/svg+xml");

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Folder + "{name}", Get).AllowAnonymous().ExcludeFromDescription();

    private static IResult Get(string name, HttpContext context)
    {
        if (!Files.TryGetValue(name, out var file))
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(file.Content, file.Type);
    }

    private static string Add(string name, string extension, string type)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream($"Pages/{name}.{extension}")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var content = copy.ToArray();
        var file = $"{name}.{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}.{extension}";
        Files.Add(file, (content, type));
        return Folder + file;
    }
}
