using System.Diagnostics.CodeAnalysis;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>read and vread. Source: FHIR R4, http, "read" and "vread".</summary>
internal sealed class ReadInteraction(IDocumentStore store, RejectedDeliveries rejected)
{
    /// <param name="version">Null for the current version.</param>
    public async Task RunAsync(FhirRequest request, string id, string? version)
    {
        if (await FindAsync(request, id, version) is not { Version: { } found } media)
        {
            return;
        }

        ETags.Add(request.Context.Response, media);
        if (ETags.IsKnown(request.Context.Request, found))
        {
            request.Context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await FhirResponses.WriteAsync(request.Context, StatusCodes.Status200OK, request.Resources.Write(request.Type, media));
    }

    /// <summary>Finds the resource of the address and records the access. Responds itself and returns null when there is none.</summary>
    public async Task<FoundMedia?> FindAsync(FhirRequest request, string id, string? version, bool withContent = false)
    {
        var type = request.Type;
        if (!FhirId.TryParse(id, out var fhirId))
        {
            // An id has no such characters: it is the name of an interaction or of an operation, such as _history or $validate.
            var isId = id[0] is not ('_' or '$');
            await rejected.RejectAsync(request, isId ? FhirProblem.NotFound(type, id) : FhirProblem.UnknownAddress);
            return null;
        }

        var versionId = Guid.Empty;
        if (version is not null && !TryParse(version, out versionId))
        {
            await rejected.RejectAsync(request, FhirProblem.VersionNotFound(type, fhirId));
            return null;
        }

        var read = new FhirRead(fhirId, version is null ? null : new DeliveryId(versionId), request.Client.Sees, withContent);
        var found = await store.FindAsync(read, request.ToDelivery(fhirId), request.Aborted);
        if (found?.Version is not null)
        {
            return found;
        }

        await FhirResponses.ProblemAsync(
            request.Context,
            found is null ? (version is null ? FhirProblem.NotFound(type, id) : FhirProblem.VersionNotFound(type, fhirId))
            : found.ReplacedBy is { } next ? FhirProblem.ReplacedBy(type, next)
            : FhirProblem.Gone);
        return null;
    }

    private static bool TryParse([NotNullWhen(true)] string? text, out Guid id) => Guid.TryParseExact(text, "D", out id);
}
