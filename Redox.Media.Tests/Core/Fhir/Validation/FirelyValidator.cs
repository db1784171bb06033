using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;
using Hl7.Fhir.Utility;
using NUnit.Framework;
using Redox.Media.Tests.Core.Audit;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>Firely's validator with HL7's own profiles and value sets of R4, and with
/// IHE's rules for AuditEvents: an implementation of the rules that is not ours.</summary>
internal static class FirelyValidator
{
    private static readonly Lazy<Validator> Instance = new(Create);
    private static readonly Lock OneAtATime = new();

    /// <summary>What is wrong with a resource; empty when it is legal. It is read first, then validated: both have a say.</summary>
    public static IReadOnlyList<string> Errors(string json)
    {
        try
        {
            return FhirJsonDeserializer.STRICT.TryDeserializeResource(json, out var resource, out var issues)
                ? Errors(resource)
                : [.. issues.Select(issue => issue.Message)];
        }
        catch (CodedException wrongType)
        {
            return [wrongType.Message]; // an object where an array must be: it throws this although it only tries
        }
    }

    public static IReadOnlyList<string> Errors(Resource resource)
    {
        lock (OneAtATime)
        {
            var outcome = Instance.Value.Validate(resource);
            return [.. outcome.Issue
                .Where(issue => issue.Severity is OperationOutcome.IssueSeverity.Error or OperationOutcome.IssueSeverity.Fatal)
                .Select(issue => $"{issue.Expression.FirstOrDefault()}: {issue.Details?.Text ?? issue.Diagnostics}")];
        }
    }

    private static Validator Create()
    {
        var hl7 = new ZipSource(Path.Combine(TestContext.CurrentContext.TestDirectory, "specification.zip"));
        var ihe = new SnapshotSource(new MultiResolver(new InMemoryResourceResolver([.. BalpProfiles.All]), hl7));
        var source = new CachedResolver(new MultiResolver(hl7, ihe));
        return new Validator(source, LocalTerminologyService.CreateDefaultForCore(source));
    }
}
