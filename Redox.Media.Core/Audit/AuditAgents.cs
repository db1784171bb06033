using System.Net;
using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Audit;

/// <summary>
/// Writes who took part in an access: the client and this service, and beside them the person or the requester of a relayed query. Source:
/// IHE BALP, agents.
/// </summary>
internal sealed class AuditAgents(string serviceBase)
{
    public const string Product = "Redox.Media";

    /// <summary>The purpose of what staff do. Source: HL7 v3-ActReason.</summary>
    public const string Operations = "HOPERAT", OperationsText = "healthcare operations";

    private const string Client = "client:", Staff = "staff:", Unknown = "unknown";

    // DICOM's roles: a query and a change go from the client to the service, what is read comes to the client.
    private static readonly (string Code, string Display) Source = ("110153", "Source Role ID"),
        Destination = ("110152", "Destination Role ID");

    public void Write(Utf8JsonWriter writer, AuditEvent access, AuditShape shape)
    {
        var (client, server) = shape.Profile == AuditShape.Read ? (Destination, Source) : (Source, Destination);
        var staff = access.Caller.StartsWith(Staff, StringComparison.Ordinal) ? access.Caller[Staff.Length..] : null;
        writer.WriteStartArray("agent"u8);
        if (access.Act == AuditAct.SignIn)
        {
            WriteUser(writer, AuditCodes.SecurityRole, "humanuser", "human user", staff, access);
        }
        else
        {
            WriteClient(writer, client, access, staff);
            WriteServer(writer, server, access.Act);
            if (staff is not null)
            {
                var (code, display) = shape.Profile == AuditShape.Update ? ("CST", "custodian") : ("IRCP", "information recipient");
                WriteUser(writer, AuditCodes.Participation, code, display, staff, access);
            }
            else if (access.Requester is { } requester)
            {
                writer.WriteStartObject();
                AuditCodes.Concept(writer, "type", AuditCodes.Dicom, "110150", "Application");
                writer.WriteStartObject("who"u8);
                AuditCodes.Identifier(writer, Id("requester"), requester);
                writer.WriteEndObject();
                writer.WriteBoolean("requestor"u8, true);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }

    /// <param name="address">An IP address, or a word for what has none.</param>
    public static void Network(Utf8JsonWriter writer, string? address)
    {
        writer.WriteStartObject("network"u8);
        writer.WriteString("address"u8, address ?? "local");
        writer.WriteString("type"u8, IPAddress.TryParse(address?.Split('/')[0], out _) ? "2"u8 : "1"u8); // IP address, machine name
        writer.WriteEndObject();
    }

    private void WriteClient(Utf8JsonWriter writer, (string Code, string Display) role, AuditEvent access, string? staff)
    {
        writer.WriteStartObject();
        AuditCodes.Concept(writer, "type", AuditCodes.Dicom, role.Code, role.Display);
        writer.WriteStartObject("who"u8);
        if (staff is not null)
        {
            writer.WriteString("display"u8, "support API");
        }
        else if (access.Caller.StartsWith(Client, StringComparison.Ordinal))
        {
            AuditCodes.Identifier(writer, Id("client"), access.Caller[Client.Length..]);
        }
        else
        {
            writer.WriteString("display"u8, access.Caller == Unknown ? "unknown client" : "Redox engine");
        }

        writer.WriteEndObject();
        writer.WriteBoolean("requestor"u8, staff is null && access.Requester is null);
        WritePolicy(writer, staff is null ? access.Origin.TokenId : null);
        Network(writer, access.Origin.Address);
        writer.WriteEndObject();
    }

    private void WriteServer(Utf8JsonWriter writer, (string Code, string Display) role, AuditAct act)
    {
        var address = act switch
        {
            AuditAct.Query => "/",
            AuditAct.Search or AuditAct.Read or AuditAct.Vread or AuditAct.Content or AuditAct.ConditionalCreate => "",
            _ => "/support",
        };
        writer.WriteStartObject();
        AuditCodes.Concept(writer, "type", AuditCodes.Dicom, role.Code, role.Display);
        writer.WriteStartObject("who"u8);
        writer.WriteString("display"u8, Product);
        writer.WriteEndObject();
        writer.WriteBoolean("requestor"u8, false);
        writer.WriteStartObject("network"u8);
        writer.WriteString("address"u8, serviceBase + address);
        writer.WriteString("type"u8, "5"u8); // URI
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // BALP allows a person no network: that is the client's. A sign-in has no other agent.
    private void WriteUser(Utf8JsonWriter writer, string system, string code, string display, string? name, AuditEvent access)
    {
        writer.WriteStartObject();
        AuditCodes.Concept(writer, "type", system, code, display);
        if (access.Origin.Role is { } role)
        {
            writer.WriteStartArray("role"u8);
            writer.WriteStartObject();
            RedoxElements.Text(writer, "text", role);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        if (!string.IsNullOrEmpty(name))
        {
            writer.WriteStartObject("who"u8);
            AuditCodes.Identifier(writer, Id("staff"), name);
            writer.WriteEndObject();
            RedoxElements.Text(writer, "name", name);
        }

        writer.WriteBoolean("requestor"u8, true);
        WritePolicy(writer, access.Origin.TokenId);
        if (access.Act == AuditAct.SignIn)
        {
            Network(writer, access.Origin.Address);
        }

        writer.WriteStartArray("purposeOfUse"u8);
        AuditCodes.Concept(writer, null, FhirNames.ActReasonSystem, Operations, OperationsText);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WritePolicy(Utf8JsonWriter writer, string? tokenId)
    {
        if (tokenId is not null)
        {
            writer.WriteStartArray("policy"u8);
            writer.WriteStringValue($"{Id("token")}/{tokenId}");
            writer.WriteEndArray();
        }
    }

    private string Id(string kind) => $"{serviceBase}/support/id/{kind}";
}
