using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;

namespace Redox.Media.Api.RemoteFiles;

/// <summary>The remote files that could not be fetched, for staff.</summary>
internal static class RemoteFileEndpoints
{
    private const string Files = "/support/api/remote-files";

    private const string BadRetry = "The body must be a JSON object with the texts \"source\" and \"host\".";

    private const string NoFile = "No file of this source and host waits that you may see.";

    public static void MapRemoteFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Files, ListAsync).RequireAuthorization(Policies.Trace).WithTags("Set aside")
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideLookUp, StaffRoles.Trace))
            .Produces<OverdueFileList>().Describe(SetAsideOpenApi.DescribeRemoteFiles);
        routes.MapPost(Files + "/retry", RetryAsync).RequireAuthorization(Policies.Operate).WithTags("Set aside")
            .WithMetadata(new AuditedEndpoint(AuditAct.SetAsideChange, StaffRoles.Operate))
            .Produces<RetriedFiles>().Produces<SupportError>(StatusCodes.Status400BadRequest)
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SetAsideOpenApi.DescribeRetry);
    }

    private static async Task<IResult> ListAsync(HttpContext context, OverdueFiles files, CancellationToken cancellation) =>
        SupportResponses.Json(await files.ListAsync(context, cancellation));

    private static async Task<IResult> RetryAsync(
        HttpContext context, OverdueFiles files, AccessAudit audit, CancellationToken cancellation)
    {
        var body = await SupportRequest.ReadAsync(context);
        if (body?.Text("source") is not { } source || body.Text("host") is not { } host)
        {
            return await audit.RefuseAsync(context, BadRetry);
        }

        var retried = await files.RetryAsync(context, source, host, cancellation);
        return retried > 0 ? SupportResponses.Json(new RetriedFiles(retried)) : SupportResponses.NotFound(NoFile);
    }
}

/// <summary>What a retry began.</summary>
/// <param name="Retried">How many files are due now.</param>
public sealed record RetriedFiles(int Retried);
