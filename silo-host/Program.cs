using System.CommandLine;
using SiloHost;
using SiloHost.Hosting;

var applySchema = new Option<bool>("--apply-schema") { Description = "Makes or updates the tables in PostgreSQL and ends." };

// Whatever else is on the command line is a setting, or an error that is reported with the others.
var command = new RootCommand(HelpText.Read()) { applySchema };
command.TreatUnmatchedTokensAsErrors = false;
command.SetAction(parsed => HostCommand.RunAsync([.. parsed.UnmatchedTokens], parsed.GetValue(applySchema)));

// The host itself ends on signals, and takes its time.
return await command.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
