using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Staff;

namespace Redox.Media.Api.Pages.Sessions;

/// <summary>Signing in with a personal token and out, and the list of one's sessions.</summary>
internal static class SignInEndpoints
{
    /// <summary>How far back ended sessions are listed.</summary>
    private static readonly TimeSpan Listed = TimeSpan.FromDays(30);

    /// <param name="pages">The group of the pages.</param>
    public static void MapSignIn(this RouteGroupBuilder pages)
    {
        var signIn = pages.MapGroup("").AllowAnonymous().WithMetadata(new AuditedEndpoint(AuditAct.SignIn));
        signIn.MapGet(PageAddresses.SignIn, ShowForm);
        signIn.MapPost(PageAddresses.SignIn, SignInAsync);
        signIn.MapGet(PageAddresses.SignIn + "/provider", StartAsync);
        var signedIn = pages.MapGroup("").RequireSession(Policies.Authenticated);
        signedIn.MapPost(PageAddresses.SignOut, (Delegate)SignOutAsync); // not a RequestDelegate, whose result is not written
        signedIn.MapGet(PageAddresses.Sessions, ListAsync);
        signedIn.MapPost(PageAddresses.Sessions + "/end", EndAsync);
        signedIn.MapPost(PageAddresses.Sessions + "/end-all", EndAllAsync);
    }

    /// <summary>Answers a request that needs a session: the sign-in page, and from there back.</summary>
    public static async Task ChallengeAsync(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            var page = context.Request.Path + context.Request.QueryString;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Redirect(PageAddresses.SignIn + QueryString.Create("return", page));
            return;
        }

        FormFilter.LimitBody(context);
        var field = context.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value.FormFieldName;
        var form = context.RequestServices.GetRequiredService<CarriedForms>().Pack(await CarriedForm.ReadAsync(context, field));
        var model = Model(context) with { Carried = form, HasEnded = true };
        await Page.Of<SignInPage>(context, model, StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }

    private static RazorComponentResult ShowForm(HttpContext context)
    {
        var address = context.Request.Query["return"].ToString();
        return Page.Of<SignInPage>(
            context, Model(context) with { Return = PageAddresses.IsPage(address) ? address : PageAddresses.Home });
    }

    private static SignInForm Model(HttpContext context) => new()
    {
        Return = PageAddresses.Home,
        Provider = context.RequestServices.GetRequiredService<IOptions<ConsoleSettings>>().Value.OpenIdConnect?.NameOfProvider(),
    };

    // By a link and not a form: Chromium applies form-action to the redirect that follows a form.
    private static async Task<IResult> StartAsync(HttpContext context, IAuthenticationSchemeProvider schemes)
    {
        var address = context.Request.Query["return"].ToString();
        return await schemes.GetSchemeAsync(IdentityProvider.Scheme) is null
            ? Page.Notice(context, StatusCodes.Status404NotFound, "There is no identity provider", "Sign in with your personal token.")
            : Results.Challenge(
                new AuthenticationProperties { RedirectUri = PageAddresses.IsPage(address) ? address : PageAddresses.Home },
                [IdentityProvider.Scheme]);
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, TokenStore tokens, FailedAuthentications failures, AccessAudit audit, CarriedForms forms)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var address = PageAddresses.IsPage(form["return"]) ? form["return"].ToString() : PageAddresses.Home;
        if (tokens.FindStaff(form["token"].ToString().Trim()) is not { } identity)
        {
            await failures.ReportAsync(context, CredentialKind.Body);
            var again = Model(context) with { Return = address, Carried = form["carried"], HasFailed = true };
            return Page.Of<SignInPage>(context, again, StatusCodes.Status401Unauthorized);
        }

        context.User = new ClaimsPrincipal(identity);
        await audit.RecordAsync(context, new AccessRequest(AuditAct.SignIn), AuditOutcome.Success);
        // With the cookie of another session the handler would keep that session, and the person of it.
        context.Request.Headers.Cookie = default;
        await context.SignInAsync(SessionCookie.Scheme, context.User);
        return forms.Unpack(form["carried"]) is { } carried
            ? Page.Of<FormExpiredPage>(context, carried)
            : Page.SeeOther(context, address);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context)
    {
        await context.SignOutAsync(SessionCookie.Scheme);
        return Page.SeeOther(context, PageAddresses.SignIn);
    }

    private static async Task<RazorComponentResult> ListAsync(
        HttpContext context, IStaffSessionStore store, IOptions<ConsoleSettings> settings, TimeProvider time,
        CancellationToken cancellation)
    {
        var current = context.Features.GetRequiredFeature<StaffSession>();
        var now = time.GetUtcNow();
        var sessions = await store.ListAsync(current.Staff, now - Listed, cancellation);
        return Page.Of<SessionsPage>(
            context, new SessionList(current.Id, [.. sessions.Select(one => (one, one.IsOpen(now, settings.Value.IdleTimeout)))]));
    }

    private static async Task<IResult> EndAsync(
        HttpContext context, IStaffSessionStore store, TimeProvider time, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        if (Guid.TryParse(form["session"], out var id))
        {
            await store.EndAsync(context.Features.GetRequiredFeature<StaffSession>().Staff, id, time.GetUtcNow(), cancellation);
        }

        return Page.SeeOther(context, PageAddresses.Sessions);
    }

    private static async Task<IResult> EndAllAsync(
        HttpContext context, IStaffSessionStore store, TimeProvider time, CancellationToken cancellation)
    {
        await store.EndAsync(context.Features.GetRequiredFeature<StaffSession>().Staff, null, time.GetUtcNow(), cancellation);
        return await SignOutAsync(context);
    }
}

/// <summary>The sign-in page.</summary>
public sealed record SignInForm
{
    /// <summary>The page to go to afterwards.</summary>
    public required string Return { get; init; }

    /// <summary>A form that was sent without a session (<see cref="CarriedForms"/>).</summary>
    public string? Carried { get; init; }

    /// <summary>The name of the identity provider; null when there is none.</summary>
    public string? Provider { get; init; }

    public bool HasFailed { get; init; }

    public bool HasEnded { get; init; }
}

/// <summary>The sessions of a person, newest first, and whether each is open.</summary>
public sealed record SessionList(Guid Current, IReadOnlyList<(StaffSession Session, bool IsOpen)> Sessions);
