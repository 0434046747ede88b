# Sourced, not run. Answers whether packages restore on this machine: each function restores a project of a few lines in a
# temporary folder outside the repo, with the versions and the NuGet.config of the repo, and keeps nothing there.

_probe_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# _probe_restores SDK BODY: whether a project with this body restores.
_probe_restores() {
  local folder status=0
  folder="$(mktemp -d)" || return 1
  cp "$_probe_root/NuGet.config" "$_probe_root/Directory.Packages.props" "$folder/"
  cat > "$folder/probe.csproj" <<PROJECT
<Project Sdk="$1">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
  $2
</Project>
PROJECT
  # In the folder, so that global.json is not found and any SDK that can build the repo answers.
  (cd "$folder" && timeout "${PROBE_TIMEOUT:-120}" dotnet restore probe.csproj --verbosity quiet --nologo) > "$folder/log" 2>&1 || status=1
  rm -rf "$folder"
  return "$status"
}

# orleans_restores: whether the packages that the projects with Orleans in their name need are there: all that
# Directory.Packages.props lists before those for tests.
orleans_restores() {
  local references
  references="$(sed -n '/Label="Tests"/q; s|.*<PackageVersion Include="\([^"]*\)".*|    <PackageReference Include="\1" />|p' "$_probe_root/Directory.Packages.props")"
  _probe_restores Microsoft.NET.Sdk "<ItemGroup>
$references
  </ItemGroup>"
}

# blazor_assets_restore: whether the package is there from which the SDK takes blazor.web.js.
blazor_assets_restore() {
  _probe_restores Microsoft.NET.Sdk.Web '<PropertyGroup><RequiresAspNetWebAssets>true</RequiresAspNetWebAssets></PropertyGroup>'
}
