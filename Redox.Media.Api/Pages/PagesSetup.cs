using Microsoft.AspNetCore.Authorization;
using Redox.Media.Api.Pages.Audit;
using Redox.Media.Api.Pages.Clients;
using Redox.Media.Api.Pages.Deliveries;
using Redox.Media.Api.Pages.Documents;
using Redox.Media.Api.Pages.Messages;
using Redox.Media.Api.Pages.Overview;
using Redox.Media.Api.Pages.Search;
using Redox.Media.Api.Pages.Sessions;
using Redox.Media.Api.Pages.SetAside;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Messages;

namespace Redox.Media.Api.Pages;

/// <summary>The pages for support staff at <c>/support</c>: Razor components that minimal endpoints return.</summary>
internal static class PagesSetup
{
    /// <summary>Before AddMediaKeys, which takes a hosted service of Data Protection out that this adds.</summary>
    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents();
        builder.AddSessions();
        builder.Services.AddSingleton<StaffSearch>();
        builder.Services.AddSingleton<StoredMessages>();
        builder.Services.AddSingleton<MessageLines>();
        builder.Services.AddSingleton<MessageModels>();
        builder.Services.AddSingleton<SeenDocuments>();
        builder.Services.AddSingleton<CorrectionPages>();
        builder.Services.AddSingleton<ClientPages>();
        builder.Services.AddExceptionHandler<PageExceptionHandler>();
    }

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").WithMetadata(new PageMetadata()).AddEndpointFilter<RouteGroupBuilder, FormFilter>()
            .ExcludeFromDescription();
        PageAssets.Map(pages);
        pages.MapSignIn();
        pages.MapSearch();
        pages.MapDeliveries();
        pages.MapDocuments();
        pages.MapReveal();
        pages.MapContent();
        pages.MapSetAsidePages();
        pages.MapOverview();
        pages.MapGet(PageAddresses.Help, (HttpContext context) => Page.Of<HelpPage>(context, null)).RequireSession(Policies.Authenticated);
        pages.MapAuditPages();
        ClientPages.Map(pages);
        pages.MapGet("/support/{**page:regex(^(?!api(/|$)|assets/))}", (HttpContext context) => Page.Notice(
            context, StatusCodes.Status404NotFound, "There is no such page", "The address may have been cut off when it was copied."))
            .RequireSession(Policies.Authenticated);
    }

    /// <summary>Requires a session of a person whom the policy lets in.</summary>
    public static TBuilder RequireSession<TBuilder>(this TBuilder endpoints, string policy)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = SessionCookie.Scheme, Policy = policy });
}
