using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace Redox.Media.Tests.Support;

/// <summary>Files of the repository that are written from the code. With REDOX_MEDIA_WRITE_DOCS=1 the tests write them anew.</summary>
internal static class DocumentationFile
{
    /// <param name="path">From the root of the repository.</param>
    /// <param name="text">What the file must contain.</param>
    public static void AssertIs(string path, string text)
    {
        var file = Path.Combine(Root(), path);
        if (Environment.GetEnvironmentVariable("REDOX_MEDIA_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.That(
            File.Exists(file) ? File.ReadAllText(file) : "",
            Is.EqualTo(text),
            $"{path} is not up to date. Write it anew: REDOX_MEDIA_WRITE_DOCS=1 scripts/test --filter Name~documentation");
    }

    /// <param name="path">From the root of the repository.</param>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root(), path));

    /// <summary>The files of a folder of the repository, those of its folders included.</summary>
    public static IEnumerable<string> ReadAll(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root(), folder), pattern, SearchOption.AllDirectories).Select(File.ReadAllText);

    /// <summary>The names of the files of a folder of the repository, those of its folders included.</summary>
    public static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root(), folder), "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file));

    /// <summary>The folders of a project that have code, as "project/folder".</summary>
    public static IEnumerable<string> Folders(string project) =>
        Directory.EnumerateDirectories(Path.Combine(Root(), project)).Select(folder => Path.GetFileName(folder))
            .Where(name => name is not ("obj" or "bin")).Select(name => $"{project}/{name}");

    private static string Root([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../.."));
}
