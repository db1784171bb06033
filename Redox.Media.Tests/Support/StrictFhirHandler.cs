using System.Net;
using System.Text;
using Hl7.Fhir.Serialization;
using NUnit.Framework;
using Redox.Media.Api.Fhir;

namespace Redox.Media.Tests.Support;

/// <summary>
/// Reads every FHIR response with the strict deserializer of Hl7.Fhir.R4, a FHIR library that is not ours, and fails the test if it is not
/// legal. Every <see cref="RunningService"/> has it, so that no test gets a FHIR response unread. A request may name an exception.
/// </summary>
internal sealed class StrictFhirHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>Why the response to this request need not be legal FHIR.</summary>
    public static readonly HttpRequestOptionsKey<string> Exception = new("why the response may be illegal FHIR");

    private static readonly string[] PreferHeader = ["return=minimal", "return=representation", "return=OperationOutcome"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (!IsFhir(request, response))
        {
            return response;
        }

        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (body.Length > 0 && !IsCanvasCreated(request, response, body) && !request.Options.TryGetValue(Exception, out _))
        {
            Read(request, response, body);
        }

        return response;
    }

    private static void Read(HttpRequestMessage request, HttpResponseMessage response, byte[] body)
    {
        var isLegal = FhirJsonDeserializer.STRICT.TryDeserializeResource(Encoding.UTF8.GetString(body), out _, out var issues);
        if (!isLegal)
        {
            Assert.Fail($"{request.Method} {request.RequestUri} was answered {(int)response.StatusCode} with illegal FHIR:\n"
                + string.Join('\n', issues.Select(issue => issue.Message)) + "\n" + Encoding.UTF8.GetString(body));
        }
    }

    // By its media type, or JSON of an address that begins with a type's name: the general media type is another name of the same.
    private static bool IsFhir(HttpRequestMessage request, HttpResponseMessage response)
    {
        var path = request.RequestUri!.AbsolutePath.TrimStart('/');
        var isFile = response.IsSuccessStatusCode && path.Contains("/files/", StringComparison.Ordinal);
        return !isFile && response.Content.Headers.ContentType?.MediaType switch
        {
            "application/fhir+json" => true,
            "application/json" => path.Length > 0 && char.IsAsciiLetterUpper(path[0]),
            _ => false,
        };
    }

    /// <summary>Canvas Medical's documented response to a create that names no known preference: the JSON value null.</summary>
    private static bool IsCanvasCreated(HttpRequestMessage request, HttpResponseMessage response, byte[] body) =>
        request.Method == HttpMethod.Post
        && response.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK
        && body.AsSpan().SequenceEqual("null"u8)
        && !(request.Headers.TryGetValues("Prefer", out var prefer) && prefer.Any(value => PreferHeader.Contains(value)));
}
