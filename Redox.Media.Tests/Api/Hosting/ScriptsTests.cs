using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Redox.Media.Tests.Api.Hosting;

[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
public sealed partial class ScriptsTests
{
    [Test]
    public void The_lock_of_the_installation_is_in_a_folder_that_only_root_writes()
    {
        var script = File.ReadAllText(Path.Combine(Root(), "scripts", "install-postgres"));
        var folder = Path.GetDirectoryName(LockFile().Match(script).Groups["path"].Value)!;

        Assert.That(folder, Does.StartWith("/"));
        Assert.That(
            File.GetUnixFileMode(folder) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite), Is.EqualTo(UnixFileMode.None), folder);
    }

    private static string Root([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../../.."));

    [GeneratedRegex(@"^exec 9>(?<path>\S+)$", RegexOptions.Multiline)]
    private static partial Regex LockFile();
}
