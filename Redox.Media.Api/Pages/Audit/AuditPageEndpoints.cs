using Microsoft.AspNetCore.Http.Features;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Staff;

namespace Redox.Media.Api.Pages.Audit;

/// <summary>
/// Questions to the audit. One that names a patient, or may, is kept in the session, and the address has an ID for it. Each answer is on
/// record in the audit before it is shown.
/// </summary>
internal static class AuditPageEndpoints
{
    private const string Export = PageAddresses.Audit + "/export";

    private const int KeptSearches = 20;

    /// <summary>Begins a question among the searches of a session.</summary>
    private const string Kept = "audit?";

    public static void MapAuditPages(this RouteGroupBuilder pages)
    {
        var audit = pages.MapGroup("").RequireSession(Policies.Audit)
            .WithMetadata(new AuditedEndpoint(AuditAct.AuditSearch, StaffRoles.Audit));
        audit.MapGet(PageAddresses.Audit, ShowAsync);
        audit.MapPost(PageAddresses.Audit, SendAsync);
        audit.MapPost(Export, ExportAsync);
        audit.MapReviews();
    }

    private static async Task<IResult> SendAsync(HttpContext context, IStaffSessionStore sessions, CancellationToken cancellation)
    {
        var fields = await context.Request.ReadFormAsync(cancellation);
        var form = AuditForm.Read(name => fields[name].ToString());
        if (form.IsAddressable)
        {
            return Page.SeeOther(context, PageAddresses.Audit + form);
        }

        var session = context.Features.GetRequiredFeature<StaffSession>();
        var id = Guid.NewGuid();
        await sessions.AddSearchAsync(session.Id, id, Kept + form, KeptSearches, cancellation);
        return Page.SeeOther(context, PageAddresses.Audit + QueryString.Create("s", id.ToString()));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, AuditEndpoint endpoint, IAccessReviews reviews, CancellationToken cancellation)
    {
        if (await ReadAsync(context, cancellation) is not { } form)
        {
            return Gone(context);
        }

        var before = ListPosition.Parse(context.Request.Query["before"]);
        var model = new AuditModel(form, AddressOf(context, form)) { IsFirst = before is null };
        var answer = form.Problem is { } problem ? new AuditReading { Problem = problem }
            : await endpoint.ReadAsync(
                context, form.ToParameters(), before is { } at ? new AuditPosition(at.At, at.Id) : null, AuditParameters.DefaultCount);
        return Page.Of<AuditPage>(
            context,
            model with { Answer = answer, Seal = await reviews.FindLastSealAsync(cancellation) },
            answer.Problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> ExportAsync(HttpContext context, AuditEndpoint endpoint, CancellationToken cancellation)
    {
        if (await ReadAsync(context, cancellation) is not { } form)
        {
            return Gone(context);
        }

        var isCsv = (await context.Request.ReadFormAsync(cancellation))["format"] == "csv";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"audit.{(isCsv ? "csv" : "ndjson")}\"";
        return new Exported(() => endpoint.ExportAsync(context, form.ToParameters(), isCsv ? AuditFormat.Csv : AuditFormat.Ndjson));
    }

    private static IResult Gone(HttpContext context) => Page.Notice(
        context, StatusCodes.Status404NotFound, "This question is gone",
        "A question about a patient or a document is kept for its session only. Ask again.");

    /// <summary>Null when the session does not have the question any more, or an address has one that it may not hold.</summary>
    private static async Task<AuditForm?> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.Request.Query["s"] is not [{ Length: > 0 } kept])
        {
            var form = AuditForm.Read(name => context.Request.Query[name].ToString());
            return form.IsAddressable ? form : null;
        }

        var session = context.Features.GetRequiredFeature<StaffSession>();
        var text = Guid.TryParse(kept, out var id)
            ? await context.RequestServices.GetRequiredService<IStaffSessionStore>().FindSearchAsync(session.Id, id, cancellation) : null;
        return text?.StartsWith(Kept, StringComparison.Ordinal) == true ? AuditForm.Parse(text[Kept.Length..]) : null;
    }

    private static string AddressOf(HttpContext context, AuditForm form) =>
        context.Request.Query["s"] is [{ Length: > 0 } kept] ? QueryString.Create("s", kept).ToString() : form.ToString();

    /// <summary>A response that is written piece by piece.</summary>
    private sealed class Exported(Func<Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => write();
    }
}

/// <summary>A question to the audit, and its answer.</summary>
/// <param name="Form">What was asked.</param>
/// <param name="Address">The part of the address that names the question; empty for all events.</param>
public sealed record AuditModel(AuditForm Form, string Address)
{
    public AuditReading Answer { get; init; } = new();

    /// <summary>The last seal; null when there is none.</summary>
    public AuditSealState? Seal { get; init; }

    /// <summary>Whether this is the first page.</summary>
    public bool IsFirst { get; init; }

    /// <summary>The address of the same question from a position on.</summary>
    public string From(AuditPosition position) =>
        PageAddresses.Audit + (Address.Length == 0 ? "?" : Address + "&") + "before=" + new ListPosition(position.RecordedAt, position.Id);

    public static string Of(string caller) => PageAddresses.Audit + QueryString.Create("who", caller);
}
