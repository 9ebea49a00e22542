# The mock of the Authy API. The binary is built outside, by "make image":
# nothing has to be pulled.
FROM scratch
COPY mockauthy /mockauthy
USER 65534:65534
ENV MOCKAUTHY_LISTEN=:2884
EXPOSE 2884
HEALTHCHECK --interval=5s --timeout=3s CMD ["/mockauthy", "health"]
ENTRYPOINT ["/mockauthy"]
CMD ["serve"]
