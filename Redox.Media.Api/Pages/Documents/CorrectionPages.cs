using System.Globalization;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Pages.Messages;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages.Documents;

/// <summary>
/// Hides documents, shows them again and moves them: each act has a page that says what it does and asks for the reason. What names a
/// patient is in the form only, never in an address.
/// </summary>
internal sealed class CorrectionPages(
    SeenDocuments documents, MisfiledDocuments misfiled, AccessAudit audit, LastKnownGood<FhirSettings> settings)
{
    private const string NoReason =
        "Nothing was done: choose a reason of the list. Another reason has to be written out, in at most 400 characters.";

    private const string NoPatient =
        "Nothing was done: name the right patient by at least one identifier, each with its ID and its type.";

    private const string Changed =
        "Nothing was done: somebody else has changed it since, or its source has. Below is the document as it is now. Look at it, and send "
        + "this again if it is still right.";

    /// <summary>Shows the page of an act.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, CorrectionAct act)
    {
        var seen = await documents.FindAsync(context, StaffRoles.Operate, context.RequestAborted);
        if (seen is not { Document: not null })
        {
            return await seen.RefuseAsync(context, audit, new AccessRequest(AuditAct.DocumentHistory));
        }

        await seen.RecordAsync(context, audit, AuditAct.DocumentHistory);
        return Page.Of<CorrectionPage>(context, ModelOf(seen, act, new CorrectionForm()) with { Patient = seen.ShownPatient });
    }

    /// <summary>Carries the act out.</summary>
    public async Task<IResult> SendAsync(HttpContext context, CorrectionAct act)
    {
        var form = await CorrectionForm.ReadAsync(context);
        var seen = await documents.FindAsync(context, StaffRoles.Operate, context.RequestAborted);
        if (seen is not { Document: { } document })
        {
            return await seen.RefuseAsync(context, audit, new AccessRequest(act.Act));
        }

        if (form.WantsRow)
        {
            await seen.RecordAsync(context, audit, AuditAct.DocumentHistory);
            return Page.Of<CorrectionPage>(
                context,
                ModelOf(seen, act, form with { Patient = [.. form.Patient, ("", "")] }) with { Patient = seen.ShownPatient });
        }

        var (request, problem) = Read(context, act, document, form);
        if (request is null)
        {
            await audit.RecordAsync(context, new AccessRequest(act.Act), AuditOutcome.Refused, row => row with
            {
                Detail = problem, Documents = [new SeenDocument(seen.Key, null)], IsTest = document.Test,
            });
            return Page.Of<CorrectionPage>(
                context, ModelOf(seen, act, form) with { Problem = problem }, StatusCodes.Status400BadRequest);
        }

        CorrectionResult result = act.Act switch
        {
            AuditAct.Hide => await misfiled.HideAsync(request, context.RequestAborted),
            AuditAct.Unhide => await misfiled.UnhideAsync(request, context.RequestAborted),
            _ => await misfiled.MoveAsync(request, context.RequestAborted),
        };
        return result is CorrectionResult.Corrected corrected
            ? Page.SeeOther(context, $"{DocumentAddress.Of(document.Source, document.DocumentId, document.Test)}&done={corrected.Id}")
            : await ShowRefusalAsync(context, act, form, request, result);
    }

    private async Task<IResult> ShowRefusalAsync(
        HttpContext context, CorrectionAct act, CorrectionForm form, CorrectionRequest request, CorrectionResult result)
    {
        var (status, text) = await RefusedCorrection.RecordAsync(audit, context, request, act.Act, result);
        var seen = await documents.FindAsync(context, StaffRoles.Operate, context.RequestAborted);
        return seen is { Document: not null }
            ? Page.Of<CorrectionPage>(
                context,
                ModelOf(seen, act, form) with
                {
                    Problem = result is CorrectionResult.Changed ? Changed : $"Nothing was done. {text}",
                },
                status)
            : Page.Notice(context, StatusCodes.Status404NotFound, "There is no such document", text);
    }

    private static CorrectionModel ModelOf(SeenDocumentPage seen, CorrectionAct act, CorrectionForm form) => new(act, seen.Document!)
    {
        Form = form, IsMoved = seen.Patient?.IsMoved == true,
    };

    private (CorrectionRequest? Request, string? Problem) Read(
        HttpContext context, CorrectionAct act, DocumentHistory document, CorrectionForm form)
    {
        if (Reasons.Of(form.Choice, form.Reason) is not { } reason)
        {
            return (null, NoReason);
        }

        if (!DateTimeOffset.TryParseExact(
            form.Version, "O", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var version))
        {
            return (null, Changed);
        }

        MoveTarget? target = null;
        if (act.Act == AuditAct.Move)
        {
            var isBack = act == CorrectionAct.MoveBack;
            var patient = isBack ? null : form.Identifiers();
            if (!isBack && patient is not { Count: <= CorrectionEndpoints.MaxIdentifiers })
            {
                return (null, NoPatient);
            }

            var visit = isBack || string.IsNullOrWhiteSpace(form.Visit) ? null : form.Visit.Trim();
            target = new MoveTarget(patient, visit, FhirRequest.BaseOf(context.Request, settings.Value));
        }

        return (
            new CorrectionRequest
            {
                Source = document.Source,
                DocumentId = document.DocumentId,
                Test = document.Test,
                Version = version,
                Staff = (Caller.Staff)context.GetCallerWithOrigin(StaffRoles.Operate)!,
                Reason = reason,
                Target = target,
            },
            null);
    }
}

internal static class CorrectionRoutes
{
    public static void MapCorrections(this RouteGroupBuilder pages)
    {
        foreach (var act in new[] { CorrectionAct.Hide, CorrectionAct.Unhide, CorrectionAct.Move })
        {
            pages.MapGet(act.Address, (HttpContext context, CorrectionPages endpoints) => endpoints.ShowAsync(context, Of(context, act)))
                .RequireSession(act.Policy).WithMetadata(new AuditedEndpoint(AuditAct.DocumentHistory, StaffRoles.Operate));
            pages.MapPost(act.Address, (HttpContext context, CorrectionPages endpoints) => endpoints.SendAsync(context, Of(context, act)))
                .RequireSession(act.Policy).WithMetadata(new AuditedEndpoint(act.Act, StaffRoles.Operate));
        }
    }

    private static CorrectionAct Of(HttpContext context, CorrectionAct act) =>
        act == CorrectionAct.Move && context.Request.Query["back"] == "yes" ? CorrectionAct.MoveBack : act;
}
