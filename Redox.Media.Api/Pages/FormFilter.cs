using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Pages.Sessions;

namespace Redox.Media.Api.Pages;

/// <summary>
/// Lets a form through that a page of this service has made for who is signed in now. Another one, such as one that was open too long or
/// was made before somebody else signed in, is shown again, filled, to be sent once more.
/// </summary>
internal sealed class FormFilter(IAntiforgery antiforgery, IOptions<AntiforgeryOptions> options) : IEndpointFilter
{
    private const long MaxBodyBytes = 256 * 1024;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            return await next(context);
        }

        LimitBody(http);
        return await antiforgery.IsRequestValidAsync(http) ? await next(context)
            : await CarriedForm.ReadAsync(http, options.Value.FormFieldName) is { } form
                ? Page.Of<FormExpiredPage>(http, form, StatusCodes.Status400BadRequest)
                : Page.Notice(
                    http, StatusCodes.Status400BadRequest, "This was not a form of these pages",
                    "Nothing was done. Go back and try again.");
    }

    /// <summary>The service has no limit of its own for the bodies of requests: the intake has one.</summary>
    public static void LimitBody(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxBodyBytes;
}
