# The image of fabraix-proxy: one program, its appsettings.json, its licence and its list of parts upon a base without shell and package manager.
# docs/image.md has what each argument is for. No syntax line and no heredoc, so that older builders take it, too.

# Pin one by naming its digest, too: --build-arg BASE_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0.14-noble-chiseled@sha256:…
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0.403-noble
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0.14-noble-chiseled

FROM ${SDK_IMAGE} AS build
# native: compiled ahead of time, with as much of .NET in it as it needs. jit: compiled while it runs, upon a BASE_IMAGE with ASP.NET Core (mcr.microsoft.com/dotnet/aspnet).
ARG FLAVOR=native
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
RUN if [ "$FLAVOR" = native ] && ! { command -v clang && [ -e /usr/include/zlib.h ]; } >/dev/null; then \
      apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends gcc libc6-dev zlib1g-dev >/dev/null && rm -rf /var/lib/apt/lists/*; \
    fi

WORKDIR /source
COPY Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig global.json ./
COPY src/Fabraix.Proxy/Fabraix.Proxy.csproj src/Fabraix.Proxy/packages*.lock.json src/Fabraix.Proxy/
# Builders without BuildKit know no TARGETARCH; they build for the machine that they are on. MSBuild reads its file for restore and publish alike.
ARG TARGETARCH
RUN case "${TARGETARCH:-$(dpkg --print-architecture)}" in amd64) platform=linux-x64;; arm64) platform=linux-arm64;; *) echo "There is no lock file for this architecture." >&2; exit 1;; esac; \
    case "$FLAVOR" in native) options=-p:PublishAot=true locked="$platform.native";; jit) options='-p:PublishReadyToRun=true -p:SelfContained=false' locked="$platform";; *) echo "FLAVOR is native or jit." >&2; exit 1;; esac; \
    printf '%s\n' "-p:RuntimeIdentifier=$platform" $options > src/Fabraix.Proxy/Directory.Build.rsp && cp "src/Fabraix.Proxy/packages.$locked.lock.json" /locked.json
RUN dotnet restore src/Fabraix.Proxy --locked-mode

COPY appsettings.json ./
COPY src/Fabraix.Proxy src/Fabraix.Proxy
ARG REVISION=unknown
RUN dotnet publish src/Fabraix.Proxy --no-restore -c Release -o /out/app -p:SourceRevisionId="$REVISION" -p:CopyOutputSymbolsToPublishDirectory=false -p:RunAnalyzers=false

COPY LICENSE /out/app/
COPY src/Fabraix.Sbom src/Fabraix.Sbom
RUN dotnet restore src/Fabraix.Sbom --locked-mode && dotnet run --project src/Fabraix.Sbom --no-restore -c Release -p:RunAnalyzers=false -- . /locked.json ~/.nuget/packages /out/app/sbom.cdx.json
ARG SOURCE_DATE_EPOCH=0
RUN find /out -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

FROM ${BASE_IMAGE}
COPY --from=build /out/ /
ENV ASPNETCORE_HTTP_PORTS=8080 Fabraix__Management__Url=http://+:8081 DOTNET_RUNNING_IN_CONTAINER=true DOTNET_EnableDiagnostics=0
EXPOSE 8080 8081
USER 1654:1654
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s --retries=3 CMD ["/app/fabraix-proxy", "health"]
ENTRYPOINT ["/app/fabraix-proxy"]
ARG BASE_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="fabraix-proxy" \
      org.opencontainers.image.description="A browser-safe proxy to the Fabraix API: short-lived tokens in, the secret key added on the way." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.base.name="$BASE_IMAGE"
