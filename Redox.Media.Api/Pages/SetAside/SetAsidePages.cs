namespace Redox.Media.Api.Pages.SetAside;

/// <summary>The pages of the work list of set-aside deliveries.</summary>
internal static class SetAsidePages
{
    public static void MapSetAsidePages(this RouteGroupBuilder pages)
    {
        GroupPageEndpoints.Map(pages);
        ActPageEndpoints.Map(pages);
        JobPageEndpoints.Map(pages);
        NotePages.Map(pages);
    }
}
