using System.Diagnostics;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// An independent FHIR client library from npm, with HL7's definitions of R4 to validate the responses. Needs Node and the
/// packages of Fhir/node, which scripts/test installs; without them it is ignored, and fails on the build server.
/// </summary>
[TestFixture, Category("Database")]
public sealed class FhirLibraryTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Test]
    public async Task A_FHIR_library_creates_reads_and_searches()
    {
        var folder = Folder();
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "fhir-kit-client")) || !HasNode())
        {
            const string missing = "Node 20 or its packages are not here: install Node and run scripts/test, or npm ci in Redox.Media.Tests/Fhir/node.";
            if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            {
                Assert.Fail(missing);
            }

            Assert.Ignore(missing);
        }

        await using var service = await FhirService.StartAsync();
        var documentId = Message.NewDocumentId();
        await service.Service.DeliverAsync(Message.New(service.HospitalSource, documentId).With("Media.DocumentDescription", "a scan")
            .With("Media.ServiceDateTime", "2026-03-02T10:00:00.000").With("Media.Authenticated", "True").With("Meta.FacilityCode", "F-1")
            .With("Patient.Demographics.FirstName", "Nora").With("Patient.Demographics.DOB", "1979-11-30").With("Patient.Demographics.Sex", "Female"));

        var start = Start(
            folder, "client.mjs", service.Service.Address.ToString().TrimEnd('/'), FhirService.Token, FhirService.NewPatient(), documentId);
        using var node = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Timeout);
        var output = node.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = node.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await node.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill(entireProcessTree: true);
            }
        }

        Assert.That(node.ExitCode, Is.Zero, await output + await errors);
        Assert.That(
            (await output).Split('\n').Count(line => line.StartsWith("passed", StringComparison.Ordinal)), Is.EqualTo(9), await output);
    }

    private static bool HasNode()
    {
        try
        {
            using var node = Process.Start(Start(Path.GetTempPath(), "--version"))!;
            node.WaitForExit();
            return node.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static ProcessStartInfo Start(string folder, params string[] arguments) => new("node", arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    // Beside the source: packages are not copied to where the tests run.
    private static string Folder([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "Fhir", "node"));
}
