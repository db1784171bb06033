using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Pages.Sessions;

/// <summary>
/// The authentication of the pages: ASP.NET Core's cookie handler, with the sessions in the database. The cookie does not count at any
/// other address: nothing but a form of these pages, which has an antiforgery token, can act for who is signed in.
/// </summary>
internal static class SessionCookie
{
    public const string Scheme = "Session";

    private const string Name = "redox-media-session", FormName = "redox-media-form";

    // A browser takes a cookie with this prefix over HTTPS only, for all paths and from this host only.
    private const string HostPrefix = "__Host-";

    public static void AddSessions(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<SessionTickets>();
        services.AddSingleton<CarriedForms>();
        var authentication = services.AddAuthentication().AddCookie(Scheme);
        var isDevelopment = builder.Environment.IsDevelopment();
        authentication.AddIdentityProvider(builder.Configuration, isDevelopment);
        services.AddOptions<ConsoleSettings>().Validate(
            settings => settings.OpenIdConnect?.IsValid != false,
            "Console:OpenIdConnect:Authority must be an https address, and Console:OpenIdConnect:ClientId must be set");
        services.AddOptions<CookieAuthenticationOptions>(Scheme).Configure<SessionTickets, IOptions<ConsoleSettings>>(
            (options, tickets, settings) =>
            {
                Set(options.Cookie, Name, settings.Value.SecureCookies ?? !isDevelopment);
                options.Cookie.SameSite = SameSiteMode.Lax; // a link in a ticket must arrive signed in
                options.SessionStore = tickets;
                options.SlidingExpiration = false;
                options.ExpireTimeSpan = settings.Value.MaxSession;
                options.LoginPath = PageAddresses.SignIn;
                options.ReturnUrlParameter = "return";
                options.Events.OnRedirectToLogin = context => SignInEndpoints.ChallengeAsync(context.HttpContext);
                options.Events.OnRedirectToAccessDenied = context => ForbidAsync(context.HttpContext);
            });
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<ConsoleSettings>>((options, settings) =>
        {
            // Not Always: it would refuse the request of a proxy that ends TLS. The prefix makes browsers insist on it.
            Set(options.Cookie, FormName, settings.Value.SecureCookies ?? !isDevelopment);
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.FormFieldName = "form-token";
            options.SuppressXFrameOptionsHeader = true; // the pages have frame-ancestors
        });
    }

    /// <summary>
    /// With cookies for HTTPS only the browser speaks HTTPS, with this service or with the proxy before it: antiforgery refuses to make its
    /// cookie otherwise, and addresses that a page shows begin with https.
    /// </summary>
    public static Task AssumeHttpsAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null
            && context.RequestServices.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(Scheme).Cookie.SecurePolicy
            == CookieSecurePolicy.Always)
        {
            context.Request.Scheme = Uri.UriSchemeHttps;
        }

        return next(context);
    }

    private static void Set(CookieBuilder cookie, string name, bool secure)
    {
        cookie.Name = secure ? HostPrefix + name : name;
        cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.HttpOnly = true;
        cookie.Path = "/";
        cookie.IsEssential = true;
    }

    private static async Task ForbidAsync(HttpContext context)
    {
        await context.RequestServices.GetRequiredService<AccessAudit>().RecordRefusalAsync(context);
        await Page.Notice(
            context, StatusCodes.Status403Forbidden, "You may not do this",
            "You are signed in, but do not have the role that this needs. The administrator of Redox.Media gives it to you in the settings "
            + "(Staff:n:Roles) or at the identity provider.").ExecuteAsync(context);
    }
}
