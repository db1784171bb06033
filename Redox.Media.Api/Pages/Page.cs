using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Redox.Media.Api.Pages.Layout;

namespace Redox.Media.Api.Pages;

/// <summary>Makes the response of a page.</summary>
internal static class Page
{
    /// <summary>A page that shows a model.</summary>
    /// <param name="search">The text of the search box.</param>
    public static RazorComponentResult Of<TPage>(
        HttpContext context, object? model, int status = StatusCodes.Status200OK, string search = "")
        where TPage : IComponent
    {
        context.Response.Headers.CacheControl = "no-store";
        var parameters = new Dictionary<string, object?>
        {
            [nameof(PageBase<>.Frame)] = Frame.Of(context) with { Search = search },
            [nameof(PageBase<>.Model)] = model,
        };
        return new RazorComponentResult(typeof(TPage), parameters) { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>A page that says one thing, such as that there is nothing at an address.</summary>
    public static RazorComponentResult Notice(HttpContext context, int status, string title, string text) =>
        Of<NoticePage>(context, new Notice(title, text), status);

    /// <summary>After an act: the browser gets the page anew, so that nothing is repeated by reloading it.</summary>
    public static IResult SeeOther(HttpContext context, string address)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}

/// <summary>The base of a page, which shows a model inside the frame.</summary>
public abstract class PageBase<TModel> : ComponentBase
{
    [Parameter, EditorRequired]
    public Frame Frame { get; set; } = null!;

    [Parameter, EditorRequired]
    public TModel Model { get; set; } = default!;
}

/// <summary>What a page says that has nothing else to show.</summary>
public sealed record Notice(string Title, string Text);
