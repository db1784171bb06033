using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;
using Redox.Media.Core.Staff;

namespace Redox.Media.Api.Pages.Messages;

/// <summary>
/// Shows values of messages, for who has the role <c>phi</c> and has given a reason, for a time. Each message that is opened then leaves a
/// row in the audit, with the reason.
/// </summary>
internal static class RevealEndpoints
{
    public static void MapReveal(this RouteGroupBuilder pages)
    {
        var reveal = pages.MapGroup(PageAddresses.Sessions);
        reveal.MapPost("/reveal", RevealAsync).RequireSession(Policies.Phi);
        reveal.MapPost("/hide", HideAsync).RequireSession(Policies.Authenticated);
    }

    /// <summary>The reason for which values are shown now; null while they are not, and for who has not the role.</summary>
    public static string? RevealReason(this HttpContext context) =>
        context.Features.Get<StaffSession>()?.Reveal is { } reveal && context.GetStaff(StaffRoles.Phi) is not null
        && reveal.Until > context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() ? reveal.Reason : null;

    private static async Task<IResult> RevealAsync(
        HttpContext context, IStaffSessionStore sessions, IOptions<ConsoleSettings> settings, TimeProvider time,
        CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        if (Reasons.Of(form["choice"], form["reason"]) is not { } reason)
        {
            return Page.Notice(
                context, StatusCodes.Status400BadRequest, "A reason is needed",
                "Choose one of the list; another reason has to be written out, in at most 400 characters. Go back and add it.");
        }

        var session = context.Features.GetRequiredFeature<StaffSession>();
        await sessions.RevealAsync(session.Id, new Reveal(time.GetUtcNow() + settings.Value.RevealTime, reason), cancellation);
        return Page.SeeOther(context, Return(form));
    }

    private static async Task<IResult> HideAsync(HttpContext context, IStaffSessionStore sessions, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        await sessions.RevealAsync(context.Features.GetRequiredFeature<StaffSession>().Id, null, cancellation);
        return Page.SeeOther(context, Return(form));
    }

    private static string Return(IFormCollection form) =>
        PageAddresses.IsPage(form["return"]) ? form["return"].ToString() : PageAddresses.Home;
}
