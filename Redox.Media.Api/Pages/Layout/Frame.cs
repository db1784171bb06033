using Microsoft.AspNetCore.Antiforgery;
using Redox.Media.Api.Pages.Sessions;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Staff;

namespace Redox.Media.Api.Pages.Layout;

/// <summary>What every page shows around its content.</summary>
public sealed record Frame
{
    /// <summary>The name of the person; null when nobody is signed in.</summary>
    public string? Staff { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>While values of messages are shown; null when they are not.</summary>
    public Reveal? Reveal { get; init; }

    /// <summary>The hidden field that every form sends back: its name and value.</summary>
    public required (string Name, string Value) FormToken { get; init; }

    /// <summary>The address of this page, to return to it.</summary>
    public required string Address { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The text of the search box.</summary>
    public string Search { get; init; } = "";

    public bool Has(string role) => Roles.Contains(role);

    public static Frame Of(HttpContext context)
    {
        var tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var session = context.Features.Get<StaffSession>();
        var identity = context.User.Identities.OfType<CallerIdentity>().FirstOrDefault(one => one.Caller is Caller.Staff);
        return new Frame
        {
            Staff = session is null ? null : (identity?.Caller as Caller.Staff)?.Member,
            Roles = session is null ? [] : [.. StaffRoles.All.Where(role => identity?.HasClaim(identity.RoleClaimType, role) == true)],
            Reveal = session?.Reveal is { } reveal && reveal.Until > now ? reveal : null,
            FormToken = (tokens.FormFieldName, tokens.RequestToken!),
            Address = HttpMethods.IsGet(context.Request.Method) ? context.Request.Path + context.Request.QueryString : PageAddresses.Home,
            Now = now,
        };
    }
}
